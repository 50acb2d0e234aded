// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve watch NAME`
struct Watch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Show the healthy instances of a service, and each change to them.",
        discussion: """
            Consul reports changes through its HTTP API (blocking queries). With --via dns or --failover-datacenter, \
            the service is queried again when the TTL expires, at most once a second. While Consul does not answer, the \
            last known instances are kept and marked as stale. If Consul says that there are none and this is not \
            confirmed, they are kept and marked as held.

            --format table redraws a table on a terminal. Elsewhere it prints the changes, one endpoint a line after \
            the time: "+ address:port" for an added endpoint, "-" for a removed one, "~" for one whose weight, priority \
            or status changed.
            --format plain prints all endpoints after each change, one address:port a line, and an empty line after \
            each set. A set that only becomes stale is not printed again.
            --format json prints one object a line for the first set and for each change.

            Ctrl-C, SIGTERM, or a closed output ends the command with status 0. After --count sets, and when no update \
            can follow, it ends with the status that a lookup would have for the last set.
            """
    )

    @OptionGroup var options: RequestOptions

    @Option(help: "table, json, or plain for one address:port a line.")
    var format = EndpointFormat.table

    @Option(help: "End after this number of sets, the first one included.")
    var count: Int?

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
    }

    func run() async throws {
        let resolver = try options.resolver()
        let mode: ConsulService.UpdateMode = options.via == .dns ? .polling : .watch
        let followed = resolver.service(try options.request(), updating: mode)
        let status = try await UntilStopped.run { try await show(followed) }
        await Bounded.wait { await resolver.shutdown() }
        if let status, status != .success { throw status }
    }

    /// - Returns: The exit status, unless a signal ends the process earlier.
    private func show(_ followed: ConsulService) async throws -> ExitCode {
        var display = WatchDisplay(service: options.description, format: format)
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
