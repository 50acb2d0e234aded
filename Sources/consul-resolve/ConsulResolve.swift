// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NIOCore

@main
struct ConsulResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consul-resolve",
        abstract: "Find the healthy instances of Consul services, and inspect Consul's answers.",
        discussion: """
            Queries the Consul agent on this machine unless --dns-server or CONSUL_DNS_ADDR names others.

            --dns-server, --http-address and --token-file locate Consul and are always accepted. --via chooses the \
            source: --via http uses no DNS server, --via dns uses neither the HTTP API nor the token.

            Exit status: 0 found, 1 the result could not be written, 2 Consul says that there is no healthy instance, \
            3 Consul did not answer or denied access, 64 usage error; exec exits with the command's status.
            """,
        version: Version.current,
        subcommands: [
            Lookup.self, Pick.self, Exec.self, Query.self, Watch.self, Doctor.self, Bench.self,
        ],
        defaultSubcommand: Lookup.self
    )

    static func main() async {
        // Must run before the process opens any descriptor.
        StandardDescriptors.occupy()
        // Must run before other threads exist.
        _ = InheritedSignals.atStart
        // One event loop is enough for one command; NIO would start one for each processor, with three descriptors
        // each.
        NIOSingletons.groupLoopCountSuggestion = 1
        // Must run before a task waits.
        do { try DispatchDescriptors.check() } catch { exit(withError: error) }
        let status = await Invocation(arguments: Array(CommandLine.arguments.dropFirst())).run()
        exit(withError: status)
    }
}

/// The version of this package, as `--version` prints it.
enum Version {
    static let current = "0.1.0-dev"
}
