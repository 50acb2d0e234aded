// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import ResolverSupport
import TestSupport

@testable import ConsulResolver
@testable import EndpointProbing

/// A running prober and the clock that the test moves.
struct RunningProber: Sendable {
    let prober: Prober
    let clock: ManualClock
    /// All published verdicts, in order.
    let published = WatchedValue<[[HostPort: ProbeVerdict]]>([])

    /// Moves the clock whenever the prober waits for it, until the newest verdicts are `verdicts`.
    func run(until verdicts: [HostPort: ProbeVerdict]) async throws {
        let driver = Task {
            while !Task.isCancelled {
                try await clock.waitForSleepers(1, within: .seconds(60))
                clock.advance(by: .seconds(1))
            }
        }
        defer { driver.cancel() }
        try await published.wait("\(verdicts)", within: .seconds(30)) { $0.last == verdicts }
    }

    /// Moves the clock, in steps too small for two probes, until the only endpoint has been probed once more.
    ///
    /// The prober does not wait for the clock during a probe: when it waits again, the request has arrived.
    func probeOnce(_ server: ProbedServer) async throws {
        let before = server.state.current.requests.count
        while server.state.current.requests.count == before {
            try await clock.waitForSleepers(1, within: .seconds(30))
            clock.advance(by: .milliseconds(500))
        }
    }
}

/// Runs a prober during `body`, and waits for its end.
func withProber<Output: Sendable>(
    _ probes: ServiceResolver.Configuration.Probes,
    _ targets: [HostPort],
    _ body: (RunningProber) async throws -> Output
) async throws -> Output {
    let clock = ManualClock()
    let running = RunningProber(prober: Prober(plan: try ProbePlan(probes), time: TimeSource(clock)), clock: clock)
    running.prober.update(targets.map { Endpoint(host: $0.host, port: $0.port) })
    let work = Task { await running.prober.run() }
    let reading = Task {
        for await verdicts in running.prober.verdicts { running.published.update { $0.append(verdicts) } }
    }
    let result: Result<Output, any Error>
    do { result = .success(try await body(running)) } catch { result = .failure(error) }
    work.cancel()
    try await withDeadline(.seconds(30), "the prober to end") {
        await work.value
        await reading.value
    }
    return try result.get()
}
