// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import NIOCore
import NIOPosix

/// Two nameservers that answer, against a first one that swallows everything.
struct SilentNameserver {
    let healthy: [UInt16]
    let count: Int

    /// How many lookups may be spent on finding out who answers.
    private static let lessons = 3
    /// The longest that lookups go on: without a memory, each of them waits for the silent one.
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

/// Sockets that take whatever comes, which nobody reads.
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
    /// In microseconds; the list is sorted.
    fileprivate func at(_ quantile: Double) -> Int {
        Int(self[Swift.min(Int(Double(count) * quantile), count - 1)].inMicroseconds)
    }
}
