// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NIOConcurrencyHelpers
import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct AliasFollowerTests {
    /// Follows names of one letter; a step holds the addresses and the further names behind one name.
    private func follow(_ steps: [String: AliasStep], from name: String = "a") async throws -> AliasTable.Places {
        let follower = AliasFollower { steps[String(decoding: $0.labels[0], as: UTF8.self)] }
        let start = try DomainName("\(name).service.consul")
        return try await follower.follow([start]).places(behind: start)
    }

    private func address(_ last: UInt32) -> ServiceInstance.Target {
        .address(.v4(IPv4Address(rawValue: 0x0A00_0000 + last)), node: nil)
    }

    private func name(_ text: String) throws -> ServiceInstance.Target {
        .consulName(try DomainName("\(text).service.consul"), addresses: [])
    }

    private func hosts(_ numbers: Int...) throws -> [Host] {
        try numbers.map { try #require(Host("10.0.0.\($0)")) }
    }

    @Test func `A name leads to all addresses and hosts behind it, each once`() async throws {
        let places = try await follow([
            "a": AliasStep(targets: [address(1), try name("b"), .host(.name("db.example.com")), address(1)]),
            "b": AliasStep(targets: [address(2), address(1)]),
        ])
        #expect(places.isWhole)
        let expected = try hosts(1, 2) + [Host.name("db.example.com")]
        #expect(places.hosts == expected)
    }

    @Test func `Three further names are followed, as Consul does, and a fourth is not`() async throws {
        var steps: [String: AliasStep] = ["e": AliasStep(targets: [address(5)])]
        for (name, next) in [("a", "b"), ("b", "c"), ("c", "d"), ("d", "e")] {
            steps[name] = AliasStep(targets: [try self.name(next)])
        }
        let fromB = try await follow(steps, from: "b")
        #expect(try fromB.hosts == hosts(5))
        #expect(fromB.isWhole)
        let fromA = try await follow(steps, from: "a")
        #expect(fromA.hosts.isEmpty && !fromA.isWhole)
    }

    @Test func `A name that leads back to itself ends the search, and counts as unusable`() async throws {
        let places = try await follow([
            "a": AliasStep(targets: [try name("b"), address(1)]), "b": AliasStep(targets: [try name("a"), address(2)]),
        ])
        #expect(try places.hosts == hosts(2, 1))
        #expect(places.isWhole && places.isUnusable)
    }

    @Test func `A name that two paths lead to is looked up once and complete`() async throws {
        let asked = NIOLockedValueBox<[DomainName]>([])
        let steps = [
            "a": AliasStep(targets: [try name("b"), try name("c")]), "b": AliasStep(targets: [try name("d")]),
            "c": AliasStep(targets: [try name("d")]), "d": AliasStep(targets: [address(4)]),
        ]
        let follower = AliasFollower { name in
            asked.withLockedValue { $0.append(name) }
            return steps[String(decoding: name.labels[0], as: UTF8.self)]
        }
        let start = try DomainName("a.service.consul")
        let places = try await follower.follow([start, start]).places(behind: start)
        #expect(try places.hosts == hosts(4))
        #expect(places.isWhole)
        #expect(asked.withLockedValue { $0.count } == 4)
    }

    @Test
    func `A failed lookup makes the addresses incomplete, while an empty or unusable target does not`() async throws {
        let invalid = ServiceInstance.Target.invalid(try DomainName("10.0.0.1:80"))
        let nobody = try name("nobody")
        for target in [nobody, try name("empty"), invalid, .address(.v4(.unspecified), node: nil)] {
            let places = try await follow([
                "a": AliasStep(targets: [address(1), target]), "empty": AliasStep(targets: []),
            ])
            #expect(try places.hosts == hosts(1))
            #expect(places.isUnusable != (target == nobody) && places.isWhole == places.isUnusable, "\(target)")
        }
    }

    @Test func `The number of names looked up stays within the limit`() async throws {
        let asked = NIOLockedValueBox(0)
        let follower = AliasFollower { _ in
            asked.withLockedValue { $0 += 1 }
            return AliasStep(targets: [])
        }
        let names = try (0..<1000).map { try DomainName("s\($0).service.consul") }
        _ = try await follower.follow(names)
        #expect(asked.withLockedValue { $0 } == AliasFollower.mostNames)
    }
}
