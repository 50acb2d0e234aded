// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Foundation

/// A thousand lookups a second while an agent is lost and comes back.
///
/// The resolver reaches the agent through relays that count. The check that the agent is ready bypasses them, so that
/// they count only the resolver's queries.
struct AgentOutage {
    /// The kind of loss.
    enum Loss: String {
        /// The process is ended and started again. The resolver still reaches the relays: datagrams are lost, and
        /// connections are closed as soon as they are made.
        case killed
        /// The process is stopped and continued: the agent answers no query and refuses no connection.
        case frozen
    }

    let loss: Loss
    let length: Duration
    let consul: ConsulProcess

    private static let instances = 10
    private static let tasks = 10
    private static let lookupsPerSecond = 1000
    /// The time before the loss and after the return.
    private static let fairWeather = Duration.seconds(3)

    func run() async throws {
        let ports = try await ConsulProcess.Ports.free()
        try consul.start(ports, instances: Self.instances)
        defer { consul.end() }
        let probe = try resolver(dns: ports.dns, http: ports.http) { $0.cache = nil }
        try await waitUntilReady(probe)

        let dns = try await CountingRelay.start(to: ports.dns)
        let http = try await CountingRelay.start(to: ports.http)
        let resolver = try resolver(dns: dns.port, http: http.port) { _ in }
        _ = try await resolver.resolve("web")
        let isOver = Flag()
        async let lookups = self.lookups(with: resolver, until: isOver)

        try await Task.sleep(for: Self.fairWeather)
        try begin()
        let before = (dns.counts, http.counts)
        let start = ContinuousClock.now
        try await Task.sleep(for: length)
        let missed = start.duration(to: .now)
        let after = (dns.counts, http.counts)
        let end = ContinuousClock.now
        try self.end(ports)
        try await waitUntilReady(probe)
        let ready = ContinuousClock.now
        try await Task.sleep(for: Self.fairWeather)
        isOver.raise()
        let log = await lookups

        let perSecond = [
            after.0.datagrams - before.0.datagrams, after.0.connections - before.0.connections,
            after.1.connections - before.1.connections,
        ].map { (Double($0) / missed.inSeconds).short }
        let fresh = log.returns.filter { $0 > end }.min().map { ready.duration(to: $0).inSeconds.short } ?? "never"
        print(log.count, log.failed, log.incomplete, log.slowest.inMilliseconds.short, terminator: " ")
        print(perSecond.joined(separator: " "), fresh)
        await resolver.shutdown()
        await probe.shutdown()
        await dns.stop()
        await http.stop()
    }

    // MARK: The agent

    private func begin() throws {
        switch loss {
        case .killed: consul.end()
        case .frozen: consul.freeze()
        }
    }

    private func end(_ ports: ConsulProcess.Ports) throws {
        switch loss {
        case .killed: try consul.start(ports, instances: Self.instances)
        case .frozen: consul.thaw()
        }
    }

    private func waitUntilReady(_ probe: ServiceResolver) async throws {
        while try await probe.resolve("web", timeout: .milliseconds(250)).endpoints.count < Self.instances {
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private func resolver(
        dns: Int,
        http: Int,
        _ configure: (inout ServiceResolver.Configuration) -> Void
    ) throws -> ServiceResolver {
        var configuration = ServiceResolver.Configuration()
        configuration.dns.nameservers = [.loopback(dns)]
        configuration.http.address = ConsulHTTPAddress(.loopback(http), usesTLS: false)
        configure(&configuration)
        return try ServiceResolver(configuration: configuration)
    }

    // MARK: Lookups

    private func lookups(with resolver: ServiceResolver, until isOver: Flag) async -> LookupLog {
        await withTaskGroup(of: LookupLog.self) { group in
            for _ in 0..<Self.tasks {
                group.addTask {
                    var log = LookupLog()
                    var next = ContinuousClock.now
                    while !isOver.isRaised {
                        let start = ContinuousClock.now
                        let resolution = try? await resolver.resolve("web")
                        log.note(resolution, expecting: Self.instances, since: start)
                        next += .seconds(1) / (Self.lookupsPerSecond / Self.tasks)
                        try? await Task.sleep(until: next, clock: .continuous)
                    }
                    return log
                }
            }
            return await group.reduce(into: LookupLog()) { $0.add($1) }
        }
    }
}

extension Double {
    fileprivate var short: String { String(format: "%.2f", self) }
}
