// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import NIOCore
import NIOPosix

/// Compares two nameservers that answer with a pair of which the first is silent.
struct SilentNameserver {
    let healthy: [UInt16]
    let count: Int

    /// The number of lookups for learning which nameserver answers.
    private static let lessons = 3
    /// The time limit for the lookups: without a memory of servers, each of them would wait for the silent one.
    private static let patience = Duration.seconds(20)

    func run() async throws {
        let servers = healthy.map { HostPort.loopback(Int($0)) }
        let fair = try await latencies(of: servers)
        let silent = try await BlackHole.open()
        let foul = try await latencies(of: [.loopback(silent.port), servers[0]])
        try await silent.close()
        print(fair.at(0.5), fair.at(0.99), foul.at(0.5), foul.at(0.99), foul.count)
    }

    private func latencies(of servers: [HostPort]) async throws -> [Duration] {
        var configuration = ServiceResolver.Configuration()
        configuration.strategy = .dns
        configuration.cache = nil
        configuration.dns.nameservers = servers
        let resolver = try ServiceResolver(configuration: configuration)
        for _ in 0..<Self.lessons { _ = try await resolver.resolve("web") }
        var latencies: [Duration] = []
        let begin = ContinuousClock.now
        while latencies.count < count, begin.duration(to: .now) < Self.patience {
            let start = ContinuousClock.now
            let resolution = try await resolver.resolve("web")
            latencies.append(start.duration(to: .now))
            precondition(!resolution.endpoints.isEmpty, "\(resolution.outcome)")
        }
        await resolver.shutdown()
        return latencies.sorted()
    }
}

/// Sockets that receive queries without a reader.
private struct BlackHole {
    let port: Int
    private let sockets: [any Channel]

    static func open() async throws -> BlackHole {
        let group = MultiThreadedEventLoopGroup.singleton
        let stream = try await ServerBootstrap(group: group)
            .serverChannelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: 0).get()
        let port = stream.localAddress!.port!
        let datagrams = try await DatagramBootstrap(group: group)
            .channelOption(.autoRead, value: false)
            .bind(host: "127.0.0.1", port: port).get()
        return BlackHole(port: port, sockets: [stream, datagrams])
    }

    func close() async throws {
        for socket in sockets { try await socket.close() }
    }
}

extension [Duration] {
    /// Returns a quantile in microseconds; the list must be sorted.
    fileprivate func at(_ quantile: Double) -> Int {
        Int(self[Swift.min(Int(Double(count) * quantile), count - 1)].inMicroseconds)
    }
}
