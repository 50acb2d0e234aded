// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

@main
struct ConsulResolve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "consul-resolve",
        abstract: "Find the healthy instances of Consul services, and see what Consul answers.",
        discussion: """
            Asks the Consul agent on this machine unless --dns-server or CONSUL_DNS_ADDR names others.

            Exit status: 0 found, 1 the result could not be written, 2 Consul says that there is nothing healthy, \
            3 Consul could not be asked or denied the answer, 64 the command line makes no sense; exec ends as what it runs.
            """,
        subcommands: [
            Lookup.self, Pick.self, Exec.self, Query.self, Watch.self, Doctor.self, Bench.self,
        ],
        defaultSubcommand: Lookup.self
    )

    static func main() async {
        // Nothing else may come before it.
        _ = InheritedSignals.atStart
        await main(nil)
    }
}
