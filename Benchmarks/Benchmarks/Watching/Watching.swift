// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import NIOCore

/// Measures the time from a change in Consul's catalog to an update: `Watching HTTP-PORT DNS-PORT TRIALS`.
///
/// The service has ten instances; one of them is removed, in turns by deregistration and by a check that becomes
/// critical. The clock starts when the change is sent, so Consul's own work for it is part of the figure, and stops
/// when the iterating task receives the update.
@main
struct Watching {
    static let pause = Duration.milliseconds(150)

    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard arguments.count == 3 else { fatalError("Watching HTTP-PORT DNS-PORT TRIALS") }
        let (http, dns, trials) = (arguments[0], arguments[1], arguments[2])
        let catalog = Catalog(port: http)
        for index in 0..<10 { try await catalog.register(index) }

        var configuration = ServiceResolver.Configuration()
        configuration.dns.nameservers = [HostPort(host: .address(.v4(.loopback)), port: UInt16(dns))]
        configuration.http.address = try ConsulHTTPAddress("127.0.0.1:\(http)")
        let resolver = try ServiceResolver(configuration: configuration)
        var updates = resolver.service("bench-watch", updating: .watch).updates.makeAsyncIterator()
        try await wait(for: 10, in: &updates)

        var latencies: [Duration] = []
        for trial in 0..<trials {
            try await Task.sleep(for: pause)
            let start = ContinuousClock.now
            async let change: Void = trial.isMultiple(of: 2) ? catalog.deregister(0) : catalog.fail(0)
            try await wait(for: 9, in: &updates)
            latencies.append(start.duration(to: .now))
            try await change
            try await Task.sleep(for: pause)
            try await catalog.register(0)
            try await wait(for: 10, in: &updates)
        }
        await resolver.shutdown()
        try await catalog.shutdown()
        latencies.sort()
        print(
            latencies[trials / 2].milliseconds,
            latencies[trials * 99 / 100].milliseconds,
            latencies[trials - 1].milliseconds
        )
    }

    private static func wait(for count: Int, in updates: inout ServiceUpdates.Iterator) async throws {
        while let update = await updates.next() {
            if update.endpoints.count == count { return }
        }
        fatalError("the updates have ended")
    }
}

extension Duration {
    fileprivate var milliseconds: Double { Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15 }
}
