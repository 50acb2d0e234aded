// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

@testable import ResolutionModel

/// An expected resolution. Endpoints are identified by their ports.
struct Expectation: CustomStringConvertible {
    fileprivate enum Kind: Equatable {
        case fresh([UInt16])
        case part([UInt16])
        case stale([UInt16])
        case empty
        case unknown
    }

    private let kind: Kind
    private var reason: Resolution.EmptyReason??
    private var code: ResolutionFailure.Code?
    private var age: Duration?
    private var timeToLive: ClosedRange<Duration>?

    private init(_ kind: Kind) { self.kind = kind }

    // MARK: Writing

    /// A complete set of these endpoints.
    static func fresh(_ ports: UInt16...) -> Expectation { fresh(ports) }
    static func fresh(_ ports: [UInt16]) -> Expectation { Expectation(.fresh(ports.sorted())) }

    /// A set of these endpoints that may be incomplete.
    static func part(_ ports: UInt16...) -> Expectation { part(ports) }
    static func part(_ ports: [UInt16]) -> Expectation { Expectation(.part(ports.sorted())) }

    /// Endpoints of an earlier answer, since there is no newer one.
    static func stale(_ ports: UInt16...) -> Expectation { stale(ports) }
    static func stale(_ ports: [UInt16]) -> Expectation { Expectation(.stale(ports.sorted())) }

    /// An empty service, for any reason.
    static let empty = Expectation(.empty)

    /// An empty service, for this reason or expressly without one.
    static func empty(_ reason: Resolution.EmptyReason?) -> Expectation {
        var expectation = empty
        expectation.reason = .some(reason)
        return expectation
    }

    /// An unknown outcome.
    static let unknown = Expectation(.unknown)

    /// An unknown outcome with this code among the failures.
    static func unknown(_ code: ResolutionFailure.Code) -> Expectation {
        var expectation = unknown
        expectation.code = code
        return expectation
    }

    /// Returns the same expectation for an answer of this age.
    func aged(_ age: Duration) -> Expectation {
        var expectation = self
        expectation.age = age
        return expectation
    }

    /// Returns the same expectation for a remaining TTL in this range.
    func expiring(in timeToLive: ClosedRange<Duration>) -> Expectation {
        var expectation = self
        expectation.timeToLive = timeToLive
        return expectation
    }

    // MARK: Comparing

    func isMet(by found: Resolution) -> Bool {
        guard kind == Kind(found) else { return false }
        if let reason, case .empty(let given) = found.outcome, reason != given { return false }
        if let code, !found.failureCodes.contains(code) { return false }
        if let age, age != found.age { return false }
        return timeToLive?.contains(found.timeToLive) ?? true
    }

    var description: String {
        var text = "\(kind)"
        if let reason { text += " because of \(reason.map { "\($0)" } ?? "no reason")" }
        if let code { text += " because of \(code)" }
        if let age { text += ", \(age) old" }
        if let timeToLive { text += ", \(timeToLive.lowerBound) to \(timeToLive.upperBound) left" }
        return text
    }

    /// Describes a resolution in the same form.
    static func description(of found: Resolution) -> String {
        var text = "\(Kind(found))"
        if case .empty(let reason?) = found.outcome { text += " because of \(reason)" }
        if let failure = found.failure { text += " because of \(found.failureCodes) (\(failure))" }
        return text + ", \(found.age) old, \(found.timeToLive) left, from \(found.source)"
    }
}

extension Expectation.Kind {
    fileprivate init(_ found: Resolution) {
        switch found.outcome {
        case .empty: self = .empty
        case .unknown: self = .unknown
        case .endpoints(let endpoints):
            let ports = endpoints.map(\.port).sorted()
            self = found.isStale ? .stale(ports) : found.isComplete ? .fresh(ports) : .part(ports)
        }
    }
}
