// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Which service to ask for.
struct ServiceOptions: ParsableArguments {
    @Argument(help: "The service's name.")
    var name: String

    @Option(help: "Only instances with this tag.")
    var tag: String?

    @Option(help: "The datacenter; the agent's own by default.")
    var datacenter: String?

    func validate() throws {
        _ = try consulName()
    }

    /// The name to ask for.
    func consulName() throws -> ConsulName {
        do {
            return try ConsulName.service(name, tag: tag, in: ConsulLocality(datacenter: datacenter))
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// The service in words.
    var description: String {
        [name, tag.map { "with tag \($0)" }, datacenter.map { "in \($0)" }].compactMap { $0 }.joined(separator: " ")
    }
}
