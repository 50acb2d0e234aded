// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve watch NAME`
struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the healthy instances of a service, and every change.",
        discussion: """
            Consul itself tells when something changes, by its HTTP API; with --via dns it is asked again when the TTL \
            is over, at most once a second, as it is with --failover-datacenter. While Consul cannot be asked, \
            what was known last is kept and marked as stale; while it says that there is nothing, and nobody confirms \
            that, as held.

            --format table draws a table that changes on a terminal. Elsewhere it prints what changes, one endpoint a \
            line, behind the time: "+ address:port" for one that has come, "-" for one that has gone, "~" for one that \
            has another weight, priority or status.
            --format plain prints all of them after every change, one address:port a line, and an empty line after each \
            set; what was known before is not printed again because it is stale.
            --format json prints an object a line for the first set and for every change.

            It ends with Ctrl-C, SIGTERM, or when nobody reads its output any more, all with status 0; after --count \
            sets, and when there is nothing to wait for, with the status that a lookup would have for the last one.
            """
    )

    @OptionGroup var service: ServiceOptions

    @OptionGroup var failover: FailoverOptions

    @Option(help: "Which of Consul's interfaces to ask: auto, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    @Option(help: "table, json, or plain for one address:port a line.")
    var format = EndpointFormat.table

    @Option(help: "End after so many sets, the first one included.")
    var count: Int?

    func validate() throws {
        _ = try request()
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
    }

    func run() async throws {
        let resolver = try server.resolver(via: via, http: http)
        let mode: ConsulService.UpdateMode = via == .dns ? .timeToLive : .watch
        let followed = resolver.service(try request(), updating: mode)
        let status = try await UntilStopped.run { try await show(followed) }
        await Bounded.wait { await resolver.shutdown() }
        if let status, status != .success { throw status }
    }

    private func request() throws -> ServiceRequest {
        try failover.applied(to: try service.request(via: via))
    }

    /// - Returns: How to end if nobody ends it before.
    private func show(_ followed: ConsulService) async throws -> ExitCode {
        var display = WatchDisplay(service: service, style: WatchDisplay.Style(format))
        var (shown, status) = (0, ExitStatus.unknown)
        for await resolution in followed.updates {
            try display.show(resolution, at: .now)
            status = ExitStatus.of(resolution)
            shown += 1
            if shown == count { break }
        }
        return status
    }
}
