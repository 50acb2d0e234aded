// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulDNS
import ConsulResolver

/// The options that select instances of a service, and their datacenter.
struct InstanceOptions: ParsableArguments {
    @Option(name: .customLong("tag"), help: "Only instances with this tag.")
    var tags: [String] = []

    @Option(
        name: .customLong("port-name"),
        help: ArgumentHelp(
            "The name of the port, for a service with several ports (Consul 1.22).",
            valueName: "name"
        )
    )
    var portName: String?

    @Option(help: "The datacenter. Default: the agent's own.")
    var datacenter: String?

    var tag: String? { tags.first }

    /// True if no option is set.
    var isEmpty: Bool { tags.isEmpty && portName == nil && datacenter == nil }

    func validate() throws {
        // Otherwise the last tag would win, and the result would contain instances without the first.
        if tags.count > 1 { throw ValidationError("--tag can be used once; leave one tag") }
    }

    /// Returns the request for these instances of a service.
    ///
    /// - Throws: `ValidationError` for a name that the source cannot express.
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
                "over DNS, --port-name works with neither --tag nor --datacenter; leave --via out, or set it to http"
            )
        }
        var request = ServiceRequest(name, tags: tags, in: locality)
        request.port = portName
        return request
    }

    /// Returns the service and the options in words.
    func description(of name: String) -> String {
        [
            name, tag.map { "with tag \($0)" }, portName.map { "at its port \($0)" }, datacenter.map { "in \($0)" },
        ].compactMap { $0 }.joined(separator: " ")
    }
}
