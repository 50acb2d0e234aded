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

    /// What to ask for.
    ///
    /// - Throws: `ValidationError` for a name that cannot be asked for that way.
    func request(via: Via) throws -> ServiceRequest {
        try Self.request(name, tag: tag, datacenter: datacenter, via: via)
    }

    /// The request for a service.
    ///
    /// - Throws: `ValidationError` for a name that cannot be asked for that way.
    static func request(_ name: String, tag: String?, datacenter: String?, via: Via) throws -> ServiceRequest {
        let locality = ConsulLocality(datacenter: datacenter)
        do throws(ConsulNameError) {
            _ = try ConsulName.service(name, tag: tag, in: locality)
        } catch {
            guard via != .dns, error.code != .empty else { throw ValidationError("\(error)") }
        }
        return ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality)
    }

    /// The service in words.
    var description: String {
        [name, tag.map { "with tag \($0)" }, datacenter.map { "in \($0)" }].compactMap { $0 }.joined(separator: " ")
    }
}
