// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport
import Testing

/// A network that swallows what connections carry, without an error.
struct LockSilenceTests {
    /// Without checks beside the blocking query, the waiter would wait for the end of the query: up to a minute.
    @Test func `A waiter acquires a lock although the network has swallowed the news of its release`() async throws {
        let scene = try await LockScene()
        let holder = try await scene.holdAsStranger()
        let queries = WatchedValue(0)
        let observe = { @Sendable (line: String) in if line.contains("index=") { queries.update { $0 += 1 } } }
        try await withByteRelay(upstreamPort: scene.agent.ports.http, observing: observe) { relay in
            try await withConsul(port: relay.port) { consul in
                let options = scene.options(timeToLive: .seconds(60))
                let waiter = Task { try await consul.withLock(scene.name, options) { $0.fencingToken } }
                try await queries.wait("a blocking query", within: .seconds(20)) { $0 > 0 }
                try await relay.set(.silent)
                let released = try await scene.agent.put(
                    "/v1/kv/\(scene.name)?release=\(holder)&flags=3304740253564472344"
                )
                #expect(released.body.hasPrefix("true"))
                // The answer to the blocking query is on its way for a moment.
                try await Task.sleep(for: .milliseconds(500))
                try await relay.set(.open)
                let token = try await waiter.value(within: .seconds(20))
                #expect(token > 0)
                try await scene.expectNothingHeld()
            }
        }
    }
}
