// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Which instances of a service to ask for, and where.
struct InstanceOptions: ParsableArguments {
    @Option(name: .customLong("tag"), help: "Only instances with this tag.")
    var tags: [String] = []

    @Option(
        name: .customLong("port-name"),
        help: ArgumentHelp(
            "The port to connect to, by its name, of a service with several (Consul 1.22).",
            valueName: "name"
        )
    )
    var portName: String?

    @Option(help: "The datacenter; the agent's own by default.")
    var datacenter: String?

    var tag: String? { tags.first }

    /// Whether nothing is asked for but the service.
    var isEmpty: Bool { tags.isEmpty && portName == nil && datacenter == nil }

    func validate() throws {
        // Otherwise the last would count, and the result have instances without the first.
        if tags.count > 1 { throw ValidationError("--tag can be given once; give one tag") }
    }

    /// The request for these instances of a service.
    ///
    /// - Throws: `ValidationError` for a name that cannot be asked for that way.
    func request(for name: String, via: Via) throws -> ServiceRequest {
        let locality = ConsulLocality(datacenter: datacenter)
        do throws(ConsulNameError) {
            _ = try ConsulName.service(name, tag: tag, in: locality)
            if let portName { _ = try ConsulName.namedPort(portName, of: name) }
        } catch {
            guard via != .dns, error.code != .empty else { throw ValidationError("\(error)") }
        }
        if portName != nil, via == .dns, tag != nil || datacenter != nil {
            throw ValidationError(
                "over DNS, --port-name goes with neither --tag nor --datacenter; leave --via out, or set it to http"
            )
        }
        var request = ServiceRequest(name, tags: tags, in: locality)
        request.port = portName
        return request
    }
}
