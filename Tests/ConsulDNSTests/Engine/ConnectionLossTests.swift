// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulDNS

@Suite(.serialized)
struct ConnectionLossTests {
    /// The end of a connection that has served its number of queries.
    enum End: CaseIterable {
        case close, reset, closeInMidMessage

        func steps(_ query: ScriptedQuery) -> [ScriptedStep] {
            switch self {
            case .close: [.closeConnection]
            case .reset: [.resetConnection]
            case .closeInMidMessage: [.sendUnframed([1, 0, 9, 9]), .closeConnection]
            }
        }
    }

    @Test(arguments: End.allCases, [16, 64, 128])
    fileprivate func `Every query over TCP is answered although the server limits the queries of a connection`(
        end: End,
        limit: Int
    ) async throws {
        let served = WatchedValue<[Int: Int]>([:])
        let script: ScriptedDNSServer.Script = { query in
            let count = served.update { served in
                served[query.connection ?? 0, default: 0] += 1
                return served[query.connection ?? 0, default: 0]
            }
            if count < limit { return [.reply(namedReply(to: query))] }
            return count == limit ? [.reply(namedReply(to: query))] + end.steps(query) : []
        }
        try await withScriptedDNSServer(script: script) { server in
            // Half of what a connection serves: the next connection answers the queries of a lost one before it ends
            // itself.
            try await withDNSClient(configure: { $0.maximumInFlight = limit / 2 }) { client in
                let names = serviceNames(400)
                let answers = await client.askAll(names, port: server.port, over: .tcp)
                for (answer, name) in zip(answers, names) { #expect(isNamed(answer.bytes, name), "\(answer)") }
                #expect(server.acceptedConnections >= 400 / limit)
            }
        }
    }

    @Test(arguments: [false, true])
    func `Every query over TCP is answered after the server has closed an idle connection`(byReset: Bool) async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withFaultProxy(upstreamPort: server.port) { proxy in
                try await withDNSClient { client in
                    for connection in 1...3 {
                        try await client.expectAnswer(port: proxy.port, over: .tcp)
                        #expect(proxy.counters.connections == connection)
                        if byReset {
                            await proxy.resetConnections()
                        } else {
                            await server.stop()
                            try await server.restart()
                            await proxy.resetConnections()
                        }
                    }
                }
            }
        }
    }

    @Test
    func `A query over TCP is sent again when its connection is reset, but not without limit`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            query.name == "poison." || query.connection == 0 ? [.resetConnection] : [.reply(namedReply(to: query))]
        }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSClient { client in
                try await client.expectAnswer(port: server.port, over: .tcp)
                #expect(server.acceptedConnections == 2)
                let error = await client.failure("poison", port: server.port, over: .tcp)
                #expect(error?.code == .connectionFailed)
                #expect(server.queries.count < 10)
                try await client.expectAnswer(port: server.port, over: .tcp)
            }
        }
    }

    @Test func `A query over TCP fails without an errno after an orderly close`() async throws {
        try await withScriptedDNSServer(script: { _ in [.closeConnection] }) { server in
            try await withDNSClient { client in
                let error = await client.failure(port: server.port, over: .tcp)
                #expect(error?.code == .connectionFailed)
                #expect(error?.systemError == nil)
                #expect(error?.reason == "the connection was closed")
            }
        }
    }

    @Test func `All queries over TCP share one connection`() async throws {
        try await withScriptedDNSServer(script: { [.reply(namedReply(to: $0))] }) { server in
            try await withDNSClient { client in
                let names = serviceNames(300)
                let answers = await client.askAll(names, port: server.port, over: .tcp)
                #expect(zip(answers, names).allSatisfy { isNamed($0.bytes, $1) })
                #expect(server.acceptedConnections == 1)
            }
        }
    }
}
