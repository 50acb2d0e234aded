// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources
@testable import ResolverSupport

struct SeveralNameserversTests {
    private static let good: ScriptedDNSServer.Script = { query in
        [.reply(.service(to: query, count: 2).withEDNS(of: query))]
    }
    private static let silent: ScriptedDNSServer.Script = { _ in [] }

    /// The services that a server was queried for, each once, however often a datagram was repeated.
    private func services(_ server: ScriptedDNSServer) -> Set<String> {
        Set(server.queries.filter { $0.type == DNSType.srv }.map(\.name))
    }

    @Test func `The first nameserver gets all queries while it works`() async throws {
        try await withScriptedDNSServer(script: Self.good) { first in
            try await withScriptedDNSServer(script: Self.good) { second in
                try await withDNSSource(ports: [first.port, second.port]) { bench in
                    for number in 0..<50 {
                        let resolution = try await bench.resolve("s\(number)")
                        #expect(resolution.server?.port == UInt16(first.port))
                    }
                    #expect(second.queries.isEmpty)
                    #expect(bench.diagnostics(first.port)?.counters.queries.answered == 50)
                    #expect(bench.time.clock.sleeperCount == 0)
                }
            }
        }
    }

    @Test(arguments: [false, true])
    func `A silent first nameserver delays one lookup only`(isFoundByName: Bool) async throws {
        try await withScriptedDNSServer(script: Self.silent) { first in
            try await withScriptedDNSServer(script: Self.good) { second in
                try await withDNSSource(
                    ports: [first.port, second.port],
                    hedgeDelay: .milliseconds(200),
                    hasRealTime: true
                ) { configuration in
                    guard isFoundByName else { return }
                    configuration.nameservers[1].host = .name("localhost")
                } _: { bench in
                    #expect(try await bench.resolve("late").server?.port == UInt16(second.port))
                    for number in 0..<100 {
                        let resolution = try await bench.resolve("s\(number)")
                        #expect(resolution.server?.port == UInt16(second.port))
                    }
                    #expect(services(first) == ["late.service.consul."])
                    #expect(bench.diagnostics(second.port)?.counters.hedgesSent == 1)
                    #expect(bench.diagnostics(second.port)?.counters.hedgesWon == 1)
                }
            }
        }
    }

    @Test
    func `Without hedging, a silent first nameserver delays lookups until it counts as dead`() async throws {
        try await withScriptedDNSServer(script: Self.silent) { first in
            try await withScriptedDNSServer(script: Self.good) { second in
                try await withDNSSource(ports: [first.port, second.port]) { configuration in
                    configuration.hedging = false
                    configuration.attemptTimeout = .milliseconds(100)
                } _: { bench in
                    // The second server is not silent, but the connection to it may be slow on a busy machine.
                    for number in 0..<20 { _ = try await bench.resolve("s\(number)") }
                    #expect(services(first) == ["s0.service.consul."])
                    #expect(bench.time.clock.sleeperCount <= 1)
                }
            }
        }
    }

    @Test func `A nameserver that is silent about a single service keeps its place`() async throws {
        let script: ScriptedDNSServer.Script = { query in
            query.name.hasPrefix("late.") ? [] : Self.good(query)
        }
        try await withScriptedDNSServer(script: script) { first in
            try await withScriptedDNSServer(script: Self.good) { second in
                try await withDNSSource(
                    ports: [first.port, second.port],
                    hedgeDelay: .seconds(1),
                    hasRealTime: true
                ) { bench in
                    #expect(try await bench.resolve("late").server?.port == UInt16(second.port))
                    // A probe finds it alive.
                    try await eventually("the first to be trusted") { bench.diagnostics(first.port)?.backoff == nil }
                    // Each lookup uses a new name; on a busy machine the second server may be quicker at times.
                    try await eventually("the first to be queried first") {
                        try await bench.resolve("web").server?.port == UInt16(first.port)
                    }
                    #expect(bench.diagnostics(first.port)?.isFailed == false)
                }
            }
        }
    }

    @Test
    func `Instances from the first nameserver win over an empty answer of the second`() async throws {
        let isSilent = WatchedValue(true)
        let slow: ScriptedDNSServer.Script = { isSilent.current ? [] : Self.good($0) }
        let nothing: ScriptedDNSServer.Script = { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: slow) { first in
            try await withScriptedDNSServer(script: nothing) { second in
                try await withDNSSource(ports: [first.port, second.port], hedgeDelay: .milliseconds(200)) {
                    configuration in
                    configuration.client.retransmissionInterval = .milliseconds(200)
                } _: { bench in
                    let resolving = Task { try await bench.resolve() }
                    try await second.waitForQueries(1)
                    // The answer of the second server has arrived when the first server gets its last chance.
                    try await bench.time.clock.waitForSleepers(1)
                    isSilent.update { $0 = false }
                    let resolution = try await resolving.value(within: .seconds(30))
                    #expect(resolution.server?.port == UInt16(first.port))
                    #expect(resolution.endpoints.count == 2)
                }
            }
        }
    }

    @Test
    func `An empty answer of the second nameserver is believed if the first stays silent`() async throws {
        let nothing: ScriptedDNSServer.Script = { [.reply(.nothing(to: $0, code: .nameError).withEDNS(of: $0))] }
        try await withScriptedDNSServer(script: Self.silent) { first in
            try await withScriptedDNSServer(script: nothing) { second in
                try await withDNSSource(ports: [first.port, second.port], hedgeDelay: .milliseconds(200)) { bench in
                    let resolution = try await bench.time.flow(by: .milliseconds(100)) { try await bench.resolve() }
                    #expect(resolution.isEmpty && resolution.server?.port == UInt16(second.port))
                }
            }
        }
    }

    @Test
    func `A first nameserver that has restarted is queried again, and no lookup waits for it`() async throws {
        try await withScriptedDNSServer(script: Self.good) { first in
            try await withScriptedDNSServer(script: Self.good) { second in
                await first.stop()
                try await withDNSSource(ports: [first.port, second.port]) { bench in
                    #expect(try await bench.resolve().server?.port == UInt16(second.port))
                    #expect(bench.diagnostics(first.port)?.isFailed == true)
                    try await first.restart()
                    try await bench.time.flow(by: .milliseconds(50)) {
                        try await eventually("the first to be trusted") {
                            bench.diagnostics(first.port)?.backoff == nil
                        }
                    }
                    #expect(services(first).isEmpty)
                    // On a busy machine the second server may be quicker at times.
                    try await eventually("the first to be queried first") {
                        try await bench.resolve().server?.port == UInt16(first.port)
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 2])
    func `A thousand lookups send few datagrams while all nameservers are down`(count: Int) async throws {
        try await withScriptedDNSServer(script: Self.silent) { one in
            try await withScriptedDNSServer(script: Self.silent) { other in
                let servers = [one, other].prefix(count)
                try await withDNSSource(ports: servers.map(\.port)) { configuration in
                    // The timeout is long because on a busy machine a late answer counts as a failure here.
                    configuration.attemptTimeout = .milliseconds(600)
                } _: { bench in
                    let first = try await bench.resolve()
                    #expect(first.failureCodes.count == 2 * count)
                    try await eventually("all servers to count as dead") {
                        servers.allSatisfy { bench.diagnostics($0.port)?.isFailed == true }
                    }
                    servers.forEach { $0.forgetQueries() }
                    try await withThrowingTaskGroup(of: Resolution.self) { group in
                        for number in 0..<1000 { group.addTask { try await bench.resolve("s\(number)") } }
                        for try await resolution in group {
                            #expect(resolution.failureCodes.count == 2 * count)
                            #expect(resolution.failure?.description.contains("not queried again") == true)
                        }
                    }
                    // A datagram or two may still have been in flight.
                    #expect(servers.allSatisfy { $0.queries.count <= 2 })
                    // The servers answer again, and a probe notices.
                    servers.forEach { $0.setScript(Self.good) }
                    try await bench.time.flow(by: .milliseconds(50)) {
                        try await eventually("all servers to be trusted") {
                            servers.allSatisfy { bench.diagnostics($0.port)?.backoff == nil }
                        }
                    }
                    for number in 0..<10 {
                        let resolution = try await bench.resolve("t\(number)")
                        #expect(resolution.endpoints.count == 2)
                    }
                }
            }
        }
    }

    @Test(arguments: [1, 2])
    func `Closed ports of nameservers are tried once, and not for every lookup`(count: Int) async throws {
        try await withScriptedDNSServer(script: Self.good) { one in
            try await withScriptedDNSServer(script: Self.good) { other in
                let servers = [one, other].prefix(count)
                for server in servers { await server.stop() }
                try await withDNSSource(ports: servers.map(\.port)) { bench in
                    for number in 0..<1000 {
                        let resolution = try await bench.resolve("s\(number)")
                        #expect(resolution.failureCodes.count == 2 * count)
                    }
                    for server in servers {
                        #expect(bench.diagnostics(server.port)?.counters.queries.connectionFailed == 2)
                    }
                }
            }
        }
    }

    @Test func `A DNS source that is released stops probing its nameservers`() async throws {
        try await withScriptedDNSServer(script: Self.good) { server in
            await server.stop()
            let time = ManualTime()
            try await failAndLetGo(server.port, time)
            try await eventually("the end of probing") { time.clock.sleeperCount == 0 }
        }
    }

    private func failAndLetGo(_ port: Int, _ time: ManualTime) async throws {
        var configuration = ServiceResolver.Configuration.DNS()
        configuration.nameservers = [.loopback(port)]
        let source = DNSSource(client: try DNSClient(), configuration: configuration, time: time.source)
        let resolution = try await source.resolve(
            DomainName("web.service.consul."),
            deadline: Deadline(in: .seconds(30))
        )
        #expect(resolution.failureCodes == [.connectionFailed, .connectionFailed])
        try await time.clock.waitForSleepers(1)
    }

    @Test func `An error response is no reason to skip a nameserver`() async throws {
        let trouble: ScriptedDNSServer.Script = { [.reply(DNSReply(to: $0).with { $0.code = .serverFailure })] }
        try await withScriptedDNSServer(script: trouble) { server in
            try await withDNSSource(ports: [server.port]) { bench in
                for number in 0..<5 {
                    let resolution = try await bench.resolve("s\(number)")
                    #expect(resolution.failureCodes == [.serverFailure])
                }
                #expect(services(server).count == 5)
                #expect(bench.diagnostics(server.port)?.counters.queries.serverFailure == 5)
                #expect(bench.diagnostics(server.port)?.isFailed == false)
            }
        }
    }

    @Test func `A nameserver that gets no datagrams is queried over TCP first`() async throws {
        let script: ScriptedDNSServer.Script = { $0.transport == .udp ? [] : Self.good($0) }
        try await withScriptedDNSServer(script: script) { server in
            try await withDNSSource(ports: [server.port], configure: { $0.attemptTimeout = .seconds(1) }) { bench in
                for number in 0..<3 {
                    let resolution = try await bench.resolve("s\(number)")
                    #expect(resolution.endpoints.count == 2)
                }
                #expect(Set(server.queries.filter { $0.transport == .udp }.map(\.name)) == ["s0.service.consul."])
                #expect(bench.diagnostics(server.port)?.counters.escalations == 1)
            }
        }
    }

    @Test
    func `A canceled lookup leaves no timer behind, nor does a DNS source after shutdown`() async throws {
        try await withScriptedDNSServer(script: Self.silent) { first in
            try await withScriptedDNSServer(script: Self.silent) { second in
                try await withDNSSource(ports: [first.port, second.port], hedgeDelay: .milliseconds(200)) { bench in
                    let resolving = Task { try await bench.resolve() }
                    try await second.waitForQueries(1)
                    resolving.cancel()
                    await #expect(throws: CancellationError.self) { try await resolving.value(within: .seconds(30)) }
                    #expect(bench.time.clock.sleeperCount == 0)
                    #expect(bench.diagnostics(first.port)?.backoff == nil)

                    await first.stop()
                    await second.stop()
                    #expect(try await bench.resolve("other").failureCodes.count == 4)
                    // Both servers are probed now.
                    try await bench.time.clock.waitForSleepers(2)
                    try await withDeadline(.seconds(30)) { await bench.source.shutdown() }
                    #expect(bench.time.clock.sleeperCount == 0)
                }
            }
        }
    }
}
