// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NIOCore

@main
struct ConsulResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consul-resolve",
        abstract: "Find the healthy instances of Consul services, and see what Consul answers.",
        discussion: """
            Asks the Consul agent on this machine unless --dns-server or CONSUL_DNS_ADDR names others.

            --dns-server, --http-address and --token-file say where Consul is and may always be given, --via says what is \
            asked: with --via http no DNS server is, with --via dns neither the HTTP API nor the token is used.

            Exit status: 0 found, 1 the result could not be written, 2 Consul says that there is nothing healthy, \
            3 Consul could not be asked or denied the answer, 64 the command line makes no sense; exec ends as what it runs.
            """,
        version: Version.current,
        subcommands: [
            Lookup.self, Pick.self, Exec.self, Query.self, Watch.self, Doctor.self, Bench.self,
        ],
        defaultSubcommand: Lookup.self
    )

    static func main() async {
        // Before anything is opened.
        StandardDescriptors.occupy()
        // Before there are other threads.
        _ = InheritedSignals.atStart
        // One event loop is enough for one command; NIO would start one for each processor, with three descriptors each.
        NIOSingletons.groupLoopCountSuggestion = 1
        // Before anything waits.
        do { try DispatchDescriptors.check() } catch { exit(withError: error) }
        let status = await Invocation(arguments: Array(CommandLine.arguments.dropFirst())).run()
        exit(withError: status)
    }
}
