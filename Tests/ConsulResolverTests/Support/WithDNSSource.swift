// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

@testable import ConsulResolver

/// A source on its own, on a clock that stands still unless a test moves it: then nobody is late, and no pause is over.
struct DNSSourceBench: Sendable {
    let source: DNSSource
    let time: ManualTime

    /// Resolves a service.
    func resolve(_ service: String = "web", within timeout: Duration = .seconds(30)) async throws -> Resolution {
        let name = try DomainName("\(service).service.consul.")
        return try await source.resolve(name, deadline: Deadline(in: timeout))
    }

    /// What is known of the server on a port; `nil` if nothing is.
    func diagnostics(_ port: Int) -> NameserverDiagnostics? {
        source.diagnostics(at: time.now).first { $0.server.port == UInt16(port) }
    }
}

/// Hands the body a source that asks the given ports of this machine, and shuts it down however the body ends.
func withDNSSource<Output>(
    ports: [Int],
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout ServiceResolver.Configuration.DNS) -> Void = { _ in },
    _ body: (DNSSourceBench) async throws -> Output
) async throws -> Output {
    var configuration = ServiceResolver.Configuration.DNS()
    configuration.attemptTimeout = .seconds(10)
    configuration.client.retransmissionInterval = .seconds(2)
    configuration.nameservers = ports.map { .loopback($0) }
    configure(&configuration)
    let client = try DNSClient(configuration: configuration.client)
    let time = ManualTime()
    let source = DNSSource(client: client, configuration: configuration, time: time.source)
    let result: Result<Output, any Error>
    do { result = .success(try await body(DNSSourceBench(source: source, time: time))) } catch {
        result = .failure(error)
    }
    await source.shutdown()
    await client.shutdown()
    return try result.get()
}
