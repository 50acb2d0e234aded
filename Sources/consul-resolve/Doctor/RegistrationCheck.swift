// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// Checks the registrations of the instances: their health checks, and their ports.
struct RegistrationCheck {
    private let service: ServiceFacts?

    init(_ facts: Facts) { service = facts.service }

    /// The number of instances listed, kept readable; the others are counted.
    private static let shown = 5

    var findings: [Finding] { criticalInstances + ports + duplicates }

    // MARK: Health checks

    /// The instances that are left out of answers, with the output of their failing checks.
    private var criticalInstances: [Finding] {
        guard let service, let entries = service.entries else { return [] }
        let concerned = entries.filter { service.concerns($0) }
        let ill = concerned.filter { !$0.isHealthy() }
        let isDown = ill.count == concerned.count
        var findings = ill.prefix(Self.shown).map { finding($0, isDown: isDown) }
        if ill.count > Self.shown {
            let rest = "\(ill.count - Self.shown) more instances of \(service.name) are critical"
            findings.append(isDown ? .problem("checks", rest, do: nil) : .note("checks", rest))
        }
        return findings
    }

    private func finding(_ entry: ServiceEntry, isDown: Bool) -> Finding {
        let failing = entry.checks.filter { $0.status >= .critical || $0.isMaintenance }
        let words = failing.map(words).joined(separator: "; ")
        let seen = "\(entry.service.id) on \(entry.node.name) is critical: \(words)".printable
        let advice: String? =
            if failing.contains(where: \.isMaintenance) {
                "it was put into maintenance mode; consul maint -disable ends that"
            } else if failing.contains(where: { $0.id == "serfHealth" }) {
                "the agent of that node does not respond; start it, or remove the node (consul force-leave)"
            } else {
                nil
            }
        return isDown ? .problem("checks", seen, do: advice) : .note("checks", seen, do: advice)
    }

    private func words(_ check: ServiceEntry.Check) -> String {
        let name = check.name.isEmpty ? check.id : check.name
        let told = check.isMaintenance ? check.notes : check.output
        let line = told.flatMap { $0.split(whereSeparator: \.isNewline).first } ?? ""
        return line.isEmpty ? name : "\(name): \(line.prefix(120))"
    }

    // MARK: Ports

    private var ports: [Finding] {
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

    // MARK: Duplicates

    /// Instances with the same address and port on several nodes: one program that moved, and left its old registration
    /// behind. Callers count it twice, and its old checks may fail for it.
    private var duplicates: [Finding] {
        guard let service, let entries = service.entries else { return [] }
        let places = Dictionary(grouping: entries.filter { service.concerns($0) }, by: Self.place)
        return places.sorted { ($0.key ?? "") < ($1.key ?? "") }.compactMap { place, entries in
            guard let place, Set(entries.map(\.node.name)).count > 1 else { return nil }
            return .note(
                "registrations",
                "\(names(of: entries)) have the same address and port, \(place.printable)",
                do: "deregister the instance that is no longer there, with the agent of its node"
            )
        }
    }

    /// Returns the address and port of an instance; `nil` if its registration has no address.
    private static func place(_ entry: ServiceEntry) -> String? {
        let address = entry.service.address.isEmpty ? entry.node.address : entry.service.address
        return address.isEmpty ? nil : "\(address):\(entry.service.port(named: nil) ?? 0)"
    }

    private func names(of entries: [ServiceEntry]) -> String {
        Words.list(entries.map { "\($0.service.id) on \($0.node.name)".printable })
    }
}

extension ServiceFacts {
    /// Returns true if an instance matches the requested tag. Consul compares tags without case.
    func concerns(_ entry: ServiceEntry) -> Bool {
        guard let tag else { return true }
        return entry.service.tags.contains { $0.lowercased() == tag.lowercased() }
    }
}
