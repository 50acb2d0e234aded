// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import ConsulResolver

struct SurvivingRestartTests {
    private let path = FileManager.default.temporaryDirectory.appendingPathComponent("snapshot-\(UUID())").path

    @Test
    func `A new process returns the stored endpoints as stale while Consul is unreachable`() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await withCachedResolver(configure: remember) { dns, _, resolver async throws in
            dns.setScript { [.reply(.service(to: $0, count: 3).withEDNS(of: $0))] }
            #expect(try await resolver.resolve("web").endpoints.count == 3)
            #expect(try await resolver.resolve("api").endpoints.count == 3)
        }
        // Two more processes; the first one looks up only one of the services.
        for _ in 1...2 {
            try await withCachedResolver(configure: remember) { dns, _, resolver async throws in
                dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
                let recalled = try await resolver.resolve("web")
                #expect(recalled.endpoints.count == 3 && recalled.isStale)
            }
        }
        try await withCachedResolver(configure: remember) { dns, _, resolver async throws in
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            #expect(try await resolver.resolve("api").endpoints.count == 3)
            #expect(try await resolver.resolve("other").isUnknown)
        }
    }

    @Test func `A new process queries Consul before it uses the snapshot`() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await withCachedResolver(configure: remember) { _, _, resolver async throws in
            _ = try await resolver.resolve("web")
        }
        try await withCachedResolver(configure: remember) { dns, _, resolver async throws in
            dns.setScript { [.reply(.service(to: $0, count: 2).withEDNS(of: $0))] }
            let fresh = try await resolver.resolve("web")
            #expect(fresh.endpoints.count == 2 && !fresh.isStale && fresh.source == .dnsUDP)
        }
    }

    @Test func `A service that is gone is not in the snapshot`() async throws {
        defer { try? FileManager.default.removeItem(atPath: path) }
        let forget: (inout ServiceResolver.Configuration) -> Void = {
            remember(&$0)
            $0.hold.emptyGracePeriod = .zero
        }
        try await withCachedResolver(configure: forget) { dns, clock, resolver async throws in
            _ = try await resolver.resolve("web")
            dns.setScript { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
            for _ in 1...4 {
                clock.advance(by: .seconds(2))
                _ = try await resolver.resolve("web")
                try await resolver.waitForFetches()
            }
            #expect(try await resolver.resolve("web").isEmpty)
        }
        try await withCachedResolver(configure: forget) { dns, _, resolver async throws in
            dns.setScript { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
            #expect(try await resolver.resolve("web").isUnknown)
        }
    }

    private func remember(_ configuration: inout ServiceResolver.Configuration) {
        configuration.snapshot = .init(path: path)
    }
}
