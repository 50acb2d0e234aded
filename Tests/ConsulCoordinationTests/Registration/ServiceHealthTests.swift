// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NetworkAddress
import TestSupport
import Testing

@testable import ConsulCoordination

/// The calls of the health closure.
struct HealthProbeTests {
    private struct Broken: Error {}

    @Test func `The result of the closure is passed on, and an error is critical`() async {
        let warning = await HealthProbe(patience: .seconds(9)) { .warning("long queue") }.health(within: .seconds(5))
        #expect(warning == .warning("long queue"))
        let failed = await HealthProbe(patience: .seconds(9)) { throw Broken() }.health(within: .seconds(5))
        #expect(failed.status == .critical)
        #expect(failed.output.contains("Broken"))
    }

    @Test(arguments: [(Duration.seconds(3600), HealthStatus.warning), (.zero, .critical)])
    func `A slow closure is a warning, then critical, and is not called again before it returned`(
        patience: Duration,
        status: HealthStatus
    ) async throws {
        let calls = WatchedValue(0)
        let isReleased = WatchedValue(false)
        let probe = HealthProbe(patience: patience) {
            calls.update { $0 += 1 }
            // Ignores cancellation.
            await Task { _ = try? await isReleased.wait { $0 } }.value
            return .passing
        }
        for _ in 0..<3 { #expect(await probe.health(within: .milliseconds(20)).status == status) }
        isReleased.update { $0 = true }
        try await eventually("the closure to be called again") { await probe.health(within: .seconds(5)) == .passing }
        #expect(calls.current == 2)
    }
}

/// The comparison of addresses across nodes.
struct DuplicateSearchTests {
    private func entry(_ node: String, _ address: String, port: UInt16 = 80, incarnation: String = "x") -> ServiceEntry
    {
        var entry = ServiceEntry()
        entry.node.name = node
        entry.node.address = "10.0.0.9"
        (entry.service.address, entry.service.port) = (address, port)
        entry.service.meta = ["incarnation": incarnation]
        return entry
    }

    @Test func `Instances with the same address and port on other nodes are found`() {
        let entries = [
            entry("n1", "10.0.0.1", incarnation: "own"), entry("n2", "10.0.0.1"), entry("n3", "::ffff:10.0.0.1"),
            entry("n4", "10.0.0.2"), entry("n5", "10.0.0.1", port: 81), entry("n1", "10.0.0.1"),
        ]
        #expect(DuplicateSearch.nodes(withAddressOf: "own", among: entries) == ["n2", "n3"])
    }

    @Test func `The address of the node stands in for a missing one`() {
        let entries = [entry("n1", "", incarnation: "own"), entry("n2", "10.0.0.9")]
        #expect(DuplicateSearch.nodes(withAddressOf: "own", among: entries) == ["n2"])
    }

    @Test func `Loopback addresses are different machines, and an unlisted instance is inconclusive`() {
        let entries = [entry("n1", "127.0.0.1", incarnation: "own"), entry("n2", "127.0.0.1")]
        #expect(DuplicateSearch.nodes(withAddressOf: "own", among: entries) == [])
        #expect(DuplicateSearch.nodes(withAddressOf: "other", among: entries) == nil)
    }
}
