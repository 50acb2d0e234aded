// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import LoadBalancing
import NIOConcurrencyHelpers
import TestSupport

/// A program that looks up the service `web`, follows it and picks its endpoints.
struct ResolvingProgram: Sendable {
    let name: String
    let client: ChaosClient
    let mode: ConsulService.UpdateMode
    let ledger: NIOLockedValueBox<Ledger>
    /// The ports of the set that picks use.
    let seen = NIOLockedValueBox<Set<UInt16>>([])

    func run() async throws {
        try await client.withResolver(name) { resolver in
            let service = resolver.service("web", updating: mode)
            try await withThrowingTaskGroup { group in
                group.addTask { await follow(service) }
                group.addTask { try await pick(service) }
                group.addTask { try await lookUp(resolver) }
                defer { group.cancelAll() }
                try await group.next()
            }
        }
    }

    private func follow(_ service: ConsulService) async {
        for await resolution in service.updates {
            var emptiness: String?
            switch resolution.outcome {
            case .endpoints(let endpoints):
                seen.withLockedValue { $0 = Set(endpoints.map(\.port)) }
            case .empty(let reason): emptiness = "\(reason, default: "no reason"), \(resolution.source)"
            case .unknown: break
            }
            ledger.withLockedValue { $0.published(emptyBecauseOf: emptiness, by: name) }
        }
    }

    private func pick(_ service: ConsulService) async throws {
        while true {
            do {
                let lease = try service.pick()
                let port = lease.endpoint.port
                lease.finish(.success)
                ledger.withLockedValue { $0.handedOut(port, by: "\(name) (pick)", at: .now) }
            } catch {
                // Before the first answer there is no endpoint.
                ledger.withLockedValue { $0.count("picks without an endpoint") }
            }
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    private func lookUp(_ resolver: ServiceResolver) async throws {
        while true {
            let resolution = try await resolver.resolve("web")
            ledger.withLockedValue { ledger in
                switch resolution.outcome {
                case .endpoints(let endpoints):
                    ledger.published(emptyBecauseOf: nil, by: "\(name) (lookup)")
                    // A stale answer says that it is one.
                    guard !resolution.isStale else { break }
                    for endpoint in endpoints { ledger.handedOut(endpoint.port, by: "\(name) (lookup)", at: .now) }
                case .empty(let reason):
                    let emptiness = "\(reason, default: "no reason"), \(resolution.source)"
                    ledger.published(emptyBecauseOf: emptiness, by: "\(name) (lookup)")
                case .unknown: ledger.count("unknown outcomes")
                }
            }
            try await Task.sleep(for: .milliseconds(50))
        }
    }
}
