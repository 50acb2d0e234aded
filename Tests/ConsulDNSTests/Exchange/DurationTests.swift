// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulDNS

/// Extreme durations that occur in configurations by mistake.
private let extremes: [Duration] = [
    .seconds(Int64.min), .seconds(-1), .nanoseconds(-1), .zero, .nanoseconds(1), .microseconds(999), .milliseconds(1),
    .seconds(37 * 3600 + 1), .seconds(100 * 86_400), .seconds(Int64.max / 1_000_000_000), .seconds(Int64.max),
]

@Suite(.serialized)
struct DurationTests {
    @Test(arguments: extremes)
    func `A retransmission interval is clamped to 1 ms to 24 hours`(interval: Duration) async throws {
        var configuration = DNSClient.Configuration()
        configuration.retransmissionInterval = interval
        let milliseconds = configuration.retransmissionMilliseconds
        #expect((1...86_400_000).contains(milliseconds))
        if (Duration.milliseconds(1)...Duration.seconds(86_400)).contains(interval) {
            #expect(.milliseconds(Int64(milliseconds)) >= interval)
        }
        // The timeout of the last try in c-ares still fits an int.
        #expect(Int64(milliseconds) << 4 <= Int64(Int32.max))
    }

    @Test(arguments: extremes)
    func `A query is answered with a retransmission interval of any size`(interval: Duration) async throws {
        let isShort = interval <= .milliseconds(1)
        let script: ScriptedDNSServer.Script = { query in
            isShort && query.sequence == 0 ? [] : [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient(configure: { $0.retransmissionInterval = interval }) { client in
                try await client.expectAnswer(port: server.port)
                #expect(isShort ? server.queries.count > 1 : server.queries.count == 1)
            }
        }
    }

    @Test(arguments: extremes, Transport.allCases)
    func `A query with an extreme timeout ends at once or never`(timeout: Duration, transport: Transport) async throws {
        let script: ScriptedDNSServer.Script = { $0.name.hasPrefix("silent") ? [] : [.reply(namedReply(to: $0))] }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                if timeout <= .milliseconds(1) {
                    let error = await client.failure("silent", port: server.port, over: transport, timeout: timeout)
                    #expect(error?.code == .timedOut)
                } else {
                    try await client.expectAnswer(port: server.port, over: transport, timeout: timeout)
                }
            }
        }
    }

    @Test(arguments: extremes)
    func `A duration becomes nanoseconds, clamped at zero and at the maximum`(duration: Duration) {
        let nanoseconds = Nanoseconds(max(duration, .zero)).count
        #expect(duration > .zero || nanoseconds == 0)
        if duration > .zero, duration < .seconds(Int64.max / 1_000_000_000) {
            #expect(.nanoseconds(nanoseconds) == duration)
        }
    }
}

struct PortZeroTests {
    @Test(arguments: Transport.allCases)
    func `A query to port 0 is refused, and no query is sent to another port`(transport: Transport) async throws {
        try await withDNSClient { client in
            let error = await client.failure(port: 0, over: transport)
            #expect(error?.code == .invalidServer)
            #expect(error?.server == .loopback(0))
            #expect(error?.description.contains("write a port from 1 to 65535") == true)
        }
    }
}
