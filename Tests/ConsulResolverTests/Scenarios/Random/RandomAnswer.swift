// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulResolver
@testable import ResolutionModel

/// A random answer, as a cluster in any state may give it.
struct RandomAnswer: CustomStringConvertible {
    enum Kind: CaseIterable {
        case whole, wholeWithoutLeader, part, unexplained, explained, withoutLeader, denied, failure
    }

    let kind: Kind
    let ports: [UInt16]
    let resolution: Resolution

    /// - Parameters:
    ///   - kinds: The kinds to choose from.
    ///   - always: A port that every complete answer contains.
    init(
        of kinds: [Kind] = Kind.allCases,
        always: UInt16? = nil,
        using generator: inout SeededGenerator
    ) {
        let kind = kinds.randomElement(using: &generator) ?? .failure
        var ports = (1...8).filter { _ in generator.happens(0.5) } as [UInt16]
        if ports.isEmpty { ports = [UInt16.random(in: 1...8, using: &generator)] }
        if kind == .whole || kind == .wholeWithoutLeader, let always { ports.append(always) }
        let timeToLive = Duration.seconds([0, 0, 1, 10, 100_000].randomElement(using: &generator) ?? 0)
        let source: Resolution.Source = generator.happens(0.5) ? .dnsUDP : .http
        self.kind = kind
        switch kind {
        case .whole:
            resolution = .endpoints(ports, source: source, timeToLive: timeToLive)
        case .wholeWithoutLeader:
            resolution = .endpoints(ports, source: .http, timeToLive: timeToLive).leaderless
        case .part:
            resolution = .endpoints(ports, source: source, isComplete: false, timeToLive: timeToLive)
        case .unexplained:
            resolution = .empty(nil, source: source, timeToLive: timeToLive)
        case .explained:
            let reasons: [Resolution.EmptyReason] = [.noSuchService, .noHealthyInstance, .noSuchTag]
            resolution = .empty(reasons.randomElement(using: &generator), timeToLive: timeToLive)
        case .withoutLeader:
            resolution = .empty(.noSuchService, timeToLive: timeToLive).leaderless
        case .denied:
            resolution = .unknown(.accessDenied)
        case .failure:
            resolution = .unknown()
        }
        self.ports = resolution.ports
    }

    var description: String { "\(kind) \(ports)" }
}
