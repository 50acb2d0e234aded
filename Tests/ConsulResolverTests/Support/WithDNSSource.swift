// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources
@testable import ResolverSupport

/// A DNS source on its own. Its clock stands still unless a test moves it, so that no pause ends early.
struct DNSSourceBench: Sendable {
    let source: DNSSource
    let time: ManualTime
    var now: @Sendable () -> Moment

    /// Resolves a service.
    func resolve(_ service: String = "web", within timeout: Duration = .seconds(30)) async throws -> Resolution {
        let name = try DomainName("\(service).service.consul.")
        return try await source.resolve(name, deadline: Deadline(in: timeout))
    }

    /// The state of the server on a port; `nil` if it has no state yet.
    func diagnostics(_ port: Int) -> NameserverDiagnostics? {
        source.diagnostics(at: now()).first { $0.server.port == UInt16(port) }
    }
}

/// Runs `body` with a source that queries the given ports of this machine, and shuts the source down even if `body`
/// throws.
///
/// - Parameters:
///   - hedgeDelay: The time after which a server counts as late; by default longer than any test. The network uses real
///     time, whatever clock the source has.
///   - hasRealTime: True for a source with the system's clock.
func withDNSSource<Output>(
    ports: [Int],
    hedgeDelay: Duration = .seconds(3600),
    hasRealTime: Bool = false,
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
    let policy = NameserverPolicy(hedging: hedgeDelay...hedgeDelay)
    let clock = hasRealTime ? .continuous : time.source
    let source = DNSSource(client: client, configuration: configuration, policy: policy, time: clock)
    let bench = DNSSourceBench(source: source, time: time, now: clock.now)
    let result: Result<Output, any Error>
    do { result = .success(try await body(bench)) } catch {
        result = .failure(error)
    }
    await source.shutdown()
    await client.shutdown()
    return try result.get()
}
