// SPDX-License-Identifier: Apache-2.0

#if os(Linux)

import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct IdleTests {
    @Test func `An idle client does not wake up, before and after its use`() async {
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                let script: ScriptedDNSServer.Script = { $0.name == "silent." ? [] : [.reply(namedReply(to: $0))] }
                try await withScriptedDNSServer(script: script) { server in
                    let fresh = try DNSClient()
                    let used = try DNSClient()
                    for transport in Transport.allCases {
                        try await used.expectAnswer(port: server.port, over: transport)
                    }
                    // The silence is measured by the timeout of a third client, which does wake up meanwhile.
                    let clock = try DNSClient()
                    try await clock.expectAnswer(port: server.port)
                    try await eventually("three threads that have gone to sleep") {
                        EngineThreads.ids.count { EngineThreads.sleeps(of: $0) ?? 0 > 0 } == 3
                    }
                    let threads = EngineThreads.ids
                    _ = await clock.failure("silent", port: server.port, timeout: .milliseconds(200))
                    let before = threads.map { EngineThreads.sleeps(of: $0) }
                    _ = await clock.failure("silent", port: server.port, timeout: .seconds(1))
                    let after = threads.map { EngineThreads.sleeps(of: $0) }
                    let wakeUps = zip(before, after).map { ($1 ?? -1) - ($0 ?? -1) }
                    #expect(wakeUps.count { $0 == 0 } == 2, "\(wakeUps)")
                    #expect(wakeUps.count { $0 > 0 } == 1, "\(wakeUps)")
                    _ = (fresh, used)
                }
            }
        }
    }

    @Test func `A client's thread sleeps about once for each of many queries in a row`() async {
        OpenDescriptors.keepFromChildren()
        await #expect(processExitsWith: .success) {
            await recordingErrors {
                try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
                    let client = try DNSClient()
                    try await client.expectAnswer(port: server.port)
                    let thread = try #require(EngineThreads.ids.first)
                    let before = try #require(EngineThreads.sleeps(of: thread))
                    for _ in 0..<200 { try await client.expectAnswer(port: server.port) }
                    let after = try #require(EngineThreads.sleeps(of: thread))
                    // Callers send their queries themselves, so the thread wakes up for the answers alone. It would sleep
                    // twice for a query if it had to send it, and ticks and other accidents are rare.
                    #expect(after - before < 300, "\(after - before) sleeps for 200 queries")
                }
            }
        }
    }
}

#endif
