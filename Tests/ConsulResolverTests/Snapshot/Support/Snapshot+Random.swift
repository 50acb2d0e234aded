// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import TestSupport

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSnapshot

extension Snapshot {
    /// A snapshot with every kind of content.
    static func random(entries: Int, using generator: inout SeededGenerator) -> Snapshot {
        Snapshot(
            writtenAt: .random(in: 0...(.max), using: &generator),
            entries: (0..<entries).map { .random($0, using: &generator) }
        )
    }
}

extension Snapshot.Entry {
    /// Returns an entry that differs from those of other numbers.
    static func random(_ number: Int, using generator: inout SeededGenerator) -> Snapshot.Entry {
        Snapshot.Entry(
            request: .random(number, using: &generator),
            endpoints: (0..<Int.random(in: 1...5, using: &generator)).map { _ in .random(using: &generator) },
            givenAt: .random(in: 0...(.max), using: &generator),
            isComplete: .random(using: &generator)
        )
    }
}

extension ServiceRequest {
    fileprivate static func random(_ number: Int, using generator: inout SeededGenerator) -> ServiceRequest {
        let kinds: [Kind] = [.service, .connect, .ingress, .preparedQuery]
        var locality = ConsulLocality(datacenter: generator.maybe())
        locality.datacenterForm = .random(using: &generator) ? .classic : .explicit
        locality.namespace = generator.maybe()
        locality.partition = generator.maybe()
        locality.peer = generator.maybe()
        locality.samenessGroup = generator.maybe()
        var request = ServiceRequest(
            "\(number)\(generator.text())",
            tags: generator.texts(),
            in: locality,
            filter: generator.maybe(),
            near: generator.maybe(),
            health: .random(using: &generator) ? .passing : .notCritical,
            needsDetails: .random(using: &generator)
        )
        request.kind = kinds[Int.random(in: 0..<4, using: &generator)]
        request.port = generator.maybe()
        return request
    }
}

extension Endpoint {
    fileprivate static func random(using generator: inout SeededGenerator) -> Endpoint {
        var endpoint = Endpoint(
            host: .random(using: &generator),
            port: .random(in: 0...(.max), using: &generator),
            priority: .random(in: 0...(.max), using: &generator),
            weight: .random(in: 0...(.max), using: &generator),
            node: generator.maybe()
        )
        guard Bool.random(using: &generator) else { return endpoint }
        endpoint.details = Details(
            id: generator.text(),
            tags: generator.texts(),
            status: Status.allCases.randomElement(using: &generator) ?? .passing,
            metadata: generator.dictionary(),
            nodeMetadata: generator.dictionary(),
            datacenter: generator.maybe()
        )
        return endpoint
    }
}

extension Host {
    fileprivate static func random(using generator: inout SeededGenerator) -> Host {
        let (high, low) = (generator.next(), generator.next())
        return switch Int.random(in: 0...2, using: &generator) {
        case 0: .address(.v4(IPv4Address(rawValue: UInt32(truncatingIfNeeded: low))))
        case 1: .address(.v6(IPv6Address(high: high, low: low)))
        default: .name("h\(low % 1000).example.com")
        }
    }
}

extension SeededGenerator {
    /// Returns a text of any Unicode scalars, which is often empty.
    fileprivate mutating func text() -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...9, using: &self) {
            let largest: [UInt32] = [0x7f, 0x7f, 0x7ff, 0x10ffff]
            let value = UInt32.random(in: 0...largest[Int.random(in: 0..<4, using: &self)], using: &self)
            text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{fffd}")
        }
        return text
    }

    fileprivate mutating func maybe() -> String? { happens(0.5) ? text() : nil }

    fileprivate mutating func texts() -> [String] {
        (0..<Int.random(in: 0...3, using: &self)).map { _ in text() }
    }

    fileprivate mutating func dictionary() -> [String: String] {
        texts().reduce(into: [:]) { $0[$1] = text() }
    }
}
