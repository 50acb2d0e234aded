// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Which service to ask for.
struct ServiceOptions: ParsableArguments {
    @Argument(help: "The service's name.")
    var name: String

    @Option(help: "Only instances with this tag.")
    var tag: String?

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

    /// What to ask for.
    ///
    /// - Throws: `ValidationError` for a name that cannot be asked for that way.
    func request(via: Via) throws -> ServiceRequest {
        try Self.request(name, tag: tag, portName: portName, datacenter: datacenter, via: via)
    }

    /// The request for a service.
    ///
    /// - Throws: `ValidationError` for a name that cannot be asked for that way.
    static func request(
        _ name: String,
        tag: String?,
        portName: String? = nil,
        datacenter: String?,
        via: Via
    ) throws -> ServiceRequest {
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
        var request = ServiceRequest(name, tags: tag.map { [$0] } ?? [], in: locality)
        request.port = portName
        return request
    }

    /// The service in words.
    var description: String {
        [name, tag.map { "with tag \($0)" }, portName.map { "at its port \($0)" }, datacenter.map { "in \($0)" }]
            .compactMap { $0 }.joined(separator: " ")
    }
}
