// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulGRPC
import ConsulResolver
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import TestSupport
import Testing

/// The time from the deregistration of an instance to the last call that reaches it, under steady calls.
///
/// The figures are printed. The test holds the calls to a bound that tells a watch from anything that polls.
@Suite(.serialized)
struct DeregistrationTests {
    private static let rounds = 12
    private static let bound = Duration.seconds(5)

    @Test
    func `Calls over the balanced transport leave a deregistered instance`() async throws {
        try await measure("balanced transport", as: "gone-balanced") { resolver, name in
            try .consul(resolver.service(name, updating: .watch), transportSecurity: .plaintext)
                as BalancedTransport<HTTP2ClientTransport.Posix>
        }
    }

    @Test
    func `Calls over grpc-swift's round robin leave a deregistered instance`() async throws {
        try await measure("name resolver", as: "gone-names") { resolver, name in try resolver.transport(to: name) }
    }

    private func measure(
        _ title: String,
        as name: String,
        _ makeTransport: @Sendable (ServiceResolver, ServiceRequest) throws -> some ClientTransport
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withTestServers(3) { servers in
            for server in servers { try await agent.register(server, as: name) }
            try await withResolver(of: agent) { resolver in
                try await withClient(over: makeTransport(resolver, ServiceRequest(name))) { client in
                    let times = try await withThrowingTaskGroup(of: Void.self) { group in
                        for _ in 0..<4 {
                            group.addTask {
                                while !Task.isCancelled { _ = try await client.name() }
                            }
                        }
                        defer { group.cancelAll() }
                        var times: [Duration] = []
                        for round in 0..<Self.rounds {
                            let server = servers[round % servers.count]
                            let known = server.count
                            try await server.arrivals.wait("calls", within: .seconds(60)) { $0.count > known + 3 }
                            // The time before the request, so that Consul's own share counts, too.
                            let start = ContinuousClock.now
                            try await agent.deregister(server, from: name)
                            times.append(try await lastArrival(at: server, after: start, others: servers))
                            try await agent.register(server, as: name)
                        }
                        return times
                    }
                    let sorted = times.sorted()
                    print(
                        "deregistered until the last call, \(title): median \(sorted[sorted.count / 2]),",
                        terminator: ""
                    )
                    print(" longest \(sorted[sorted.count - 1]), of \(sorted.count)")
                    #expect(sorted.allSatisfy { $0 < Self.bound })
                }
            }
        }
    }

    /// Returns the time of the last call that arrived, when the other servers have had 100 calls without it.
    private func lastArrival(
        at server: TestServer,
        after start: ContinuousClock.Instant,
        others: [TestServer]
    ) async throws -> Duration {
        let others = others.filter { $0.port != server.port }
        var last = start
        while true {
            let known = server.arrivals.current
            if let arrival = known.last, arrival > last { last = arrival }
            let before = others.map(\.count).reduce(0, +)
            try await eventually("100 calls to the other servers", within: .seconds(60)) {
                others.map(\.count).reduce(0, +) >= before + 100
            }
            if server.count == known.count { return start.duration(to: last) }
        }
    }
}

#endif
