// SPDX-License-Identifier: Apache-2.0

/// Checks that DNS and the HTTP API return the same instances of the service.
struct AgreementCheck {
    private let service: ServiceFacts?

    init(_ facts: Facts) { service = facts.service }

    private static let topic = "agreement"

    var findings: [Finding] {
        guard let service, let dns = service.dns, let http = service.http else { return [] }
        switch (dns, http) {
        case (.found(let overDNS, let isComplete, _, _), .found(let overHTTP, _, _, _)):
            return [compare(Set(overDNS), Set(overHTTP), isComplete: isComplete)]
        case (.empty, .found):
            // DNS carries no token: the agent uses its own.
            return [
                .problem(
                    Self.topic,
                    "the HTTP API shows instances, DNS says that there are none",
                    do:
                        "the agent uses its own token for DNS (acl.tokens.default or acl.tokens.dns); it needs "
                        + "service:read and node:read"
                )
            ]
        case (.found, .empty):
            return [
                .problem(
                    Self.topic,
                    "DNS shows instances, the HTTP API says that there are none",
                    do: "check that the token may read the service, and that both belong to the same agent"
                )
            ]
        case (.empty, .empty):
            return [.ok(Self.topic, "DNS and the HTTP API both say that there is no healthy instance")]
        case (.unknown, _), (_, .unknown), (.denied, _), (_, .denied):
            return []
        }
    }

    private func compare(_ overDNS: Set<String>, _ overHTTP: Set<String>, isComplete: Bool) -> Finding {
        let missingInDNS = overHTTP.subtracting(overDNS).sorted()
        let missingInHTTP = overDNS.subtracting(overHTTP).sorted()
        if missingInDNS.isEmpty, missingInHTTP.isEmpty {
            return .ok(Self.topic, "DNS and the HTTP API show the same \(Words.count(overDNS.count, "instance"))")
        }
        var words: [String] = []
        if !missingInDNS.isEmpty { words.append("DNS does not show \(Words.list(missingInDNS))") }
        if !missingInHTTP.isEmpty { words.append("the HTTP API does not show \(Words.list(missingInHTTP))") }
        let seen = words.joined(separator: "; ")
        // Instances that did not fit the answer are no disagreement.
        if !isComplete, missingInHTTP.isEmpty { return .note(Self.topic, seen, do: "the service is too large for DNS") }
        return .problem(
            Self.topic,
            seen,
            do:
                "run this again: the service may just have changed; else check only_passing, tagged addresses, the "
                + "tokens of the agent, and that both belong to the same agent"
        )
    }
}
