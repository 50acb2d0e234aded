// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// Checks that the instances are registered with ports that accept connections.
struct PortCheck {
    private let service: ServiceFacts?

    init(_ facts: Facts) { service = facts.service }

    var findings: [Finding] {
        // With a named port, the default port is not used.
        guard let service, service.port == nil, let entries = service.entries else { return [] }
        let healthy = entries.filter { service.concerns($0) && $0.isHealthy() }
        return [impossible(healthy), missing(healthy)].compactMap { $0 }
    }

    private func impossible(_ entries: [ServiceEntry]) -> Finding? {
        let concerned = entries.filter { $0.service.port(named: nil) == nil }
        guard !concerned.isEmpty else { return nil }
        return .problem(
            "ports",
            "the port of \(names(of: concerned)) is not a number from 0 to 65535; DNS shows the lower 16 bits of it, "
                + "and answers of the HTTP API leave it out",
            do: "register it with the port on which it listens"
        )
    }

    private func missing(_ entries: [ServiceEntry]) -> Finding? {
        let concerned = entries.filter { $0.service.port(named: nil) == 0 }
        guard !concerned.isEmpty else { return nil }
        return .note(
            "ports",
            "\(names(of: concerned)) \(concerned.count == 1 ? "has" : "have") no port; the endpoints have port 0",
            do: "register a port, unless callers know it from another source"
        )
    }

    private func names(of entries: [ServiceEntry]) -> String {
        Words.list(entries.map { "\($0.service.id) on \($0.node.name)".printable })
    }
}
