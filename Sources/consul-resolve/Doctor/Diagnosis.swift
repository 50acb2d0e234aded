// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// What the facts come to: findings, in the order in which one would look, and how the command ends. A pure value.
struct Diagnosis {
    let findings: [Finding]
    let status: ExitCode

    init(_ facts: Facts) {
        findings =
            NameserverCheck(facts).findings + HTTPCheck(facts).findings + ClusterCheck(facts).findings
            + AccessCheck(facts).findings + DNSSettingsCheck(facts).findings + ServiceCheck(facts).findings
            + AgreementCheck(facts).findings + InstanceCheck(facts).findings + PortCheck(facts).findings
        status = Self.status(facts)
    }

    /// Problems have no status of their own: 1 would be taken for a failure to write, and whether a problem matters to a
    /// script is not for this program to say. What a lookup could find, what is empty and what cannot be asked ends as it
    /// does there.
    private static func status(_ facts: Facts) -> ExitCode {
        guard let service = facts.service else { return facts.isConsulReachable ? .success : ExitStatus.unknown }
        let answers = [service.dns, service.http].compactMap { $0 }
        if answers.contains(where: \.isFound) { return .success }
        // As in a lookup: DNS carries no token, so what it calls empty may be hidden.
        if answers.contains(where: \.isDenied) || facts.isTokenUnavailable { return ExitStatus.unknown }
        return answers.contains(where: \.isEmpty) ? ExitStatus.empty : ExitStatus.unknown
    }

    var problems: Int { findings.count { $0.mark == .problem } }

    var notes: Int { findings.count { $0.mark == .note } }
}

extension Facts {
    /// Whether anybody could answer a question about a service.
    fileprivate var isConsulReachable: Bool {
        let servers = nameservers ?? []
        if servers.contains(where: { $0.udp == .speaks || $0.tcp == .speaks }) { return true }
        return if case .success? = http?.services { true } else { false }
    }

    /// Whether a token is configured and cannot be had.
    fileprivate var isTokenUnavailable: Bool {
        if case .failure(let error)? = http?.services { error.code == .tokenUnavailable } else { false }
    }
}

extension ServiceFacts.Answer {
    var isFound: Bool {
        if case .found = self { true } else { false }
    }

    var isEmpty: Bool {
        if case .empty = self { true } else { false }
    }

    var isDenied: Bool {
        if case .denied = self { true } else { false }
    }
}
