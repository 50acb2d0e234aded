// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulCoordination
import ConsulResolver
import NIOConcurrencyHelpers
import NIOCore
import TestSupport

/// Five instances that restart one after the other while a client balances requests among them, without a retry.
enum RollingRestart {
    private static let instances = 5
    private static let requestsPerSecond = 200

    @Sendable static func run() async throws -> [Figure] {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http) { consul in
                let stop = WatchedValue(false)
                let ready = WatchedValue(0)
                let turn = WatchedValue(-1)
                return try await withThrowingTaskGroup(of: Void.self) { group in
                    for number in 0..<instances {
                        group.addTask { try await instance(number, consul, ready, turn, stop) }
                    }
                    try await ready.wait("the instances", within: .seconds(60)) { $0 == instances }
                    async let outcome = requests(agent, turn, until: stop)
                    // Each restart begins when the one before has ended.
                    for number in 0..<instances {
                        turn.update { $0 = number }
                        try await ready.wait("restart \(number)", within: .seconds(60)) { $0 == instances + number + 1 }
                    }
                    stop.update { $0 = true }
                    let (sent, failures) = try await outcome
                    try await group.waitForAll()
                    return [
                        Figure(
                            subject: "failed requests during a rolling restart of \(instances) instances, "
                                + "\(requestsPerSecond) requests a second, no retries",
                            value: "\(failures.count) of \(sent)" + (failures.first.map { " (\($0))" } ?? ""),
                            aim: "0"
                        )
                    ]
                }
            }
        }
    }

    /// A server that registers, restarts once when it is its turn, and then serves until the end.
    private static func instance(
        _ number: Int,
        _ consul: ConsulHTTPClient,
        _ ready: WatchedValue<Int>,
        _ turn: WatchedValue<Int>,
        _ stop: WatchedValue<Bool>
    ) async throws {
        let answer = ConsulReply.json("{}")
        let server = try await ScriptedHTTPServer.start { _ in [.delay(.milliseconds(5)), .reply(answer)] }
        var service = ServiceDescription(name: "rolling", port: server.port, address: "127.0.0.1")
        service.checks = [.ttl(.seconds(9))]
        for life in 0..<2 {
            if life == 1 { try await server.restart() }
            try await consul.withRegistration(of: service) { registrar in
                for await status in registrar.statuses where status.phase == .registered { break }
                ready.update { $0 += 1 }
                if life == 0 {
                    try await turn.wait("the turn", within: .seconds(300)) { $0 >= number }
                } else {
                    try await stop.wait("the end", within: .seconds(300)) { $0 }
                }
                await registrar.shutdown()
            }
            await server.stop()
        }
    }

    /// Sends requests at a fixed rate.
    ///
    /// - Returns: The number of requests, and the errors of those that failed.
    private static func requests(
        _ agent: ConsulAgent,
        _ turn: WatchedValue<Int>,
        until stop: WatchedValue<Bool>
    ) async throws -> (sent: Int, failures: [String]) {
        let configuration = try ResolverConfiguration(environment: [
            "CONSUL_DNS_ADDR": "127.0.0.1:\(agent.ports.dns)", "CONSUL_HTTP_ADDR": "127.0.0.1:\(agent.ports.http)",
        ])
        let failures = WatchedValue<[String]>([])
        let sent = NIOLockedValueBox(0)
        try await withServiceResolver(configuration: configuration) { resolver in
            let service = resolver.service("rolling", updating: .watch)
            try await service.ready()
            try await HTTPClient.withHTTPClient { http in
                await withDiscardingTaskGroup { group in
                    while !stop.current {
                        sent.withLockedValue { $0 += 1 }
                        group.addTask {
                            do {
                                try await service.withEndpoint { endpoint in
                                    let request = HTTPClientRequest(url: "http://\(endpoint.authority)/")
                                    let response = try await http.execute(request, timeout: .seconds(5))
                                    _ = try await response.body.collect(upTo: 1024)
                                }
                            } catch {
                                failures.update { $0.append("\(error)") }
                            }
                        }
                        try? await Task.sleep(for: .seconds(1) / requestsPerSecond)
                    }
                }
            }
        }
        return (sent.withLockedValue { $0 }, failures.current)
    }
}
