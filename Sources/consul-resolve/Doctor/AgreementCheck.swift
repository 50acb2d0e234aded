// SPDX-License-Identifier: Apache-2.0

/// Whether DNS and the HTTP API say the same about the service.
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
            // DNS carries no token: the agent answers with its own.
            return [
                .problem(
                    Self.topic,
                    "the HTTP API shows instances, DNS says that there are none",
                    do:
                        "the agent asks with a token of its own for DNS (acl.tokens.default or acl.tokens.dns); it needs "
                        + "service:read and node:read"
                )
            ]
        case (.found, .empty):
            return [
                .problem(
                    Self.topic,
                    "DNS shows instances, the HTTP API says that there are none",
                    do: "see whether the token may read the service, and whether both are of the same agent"
                )
            ]
        case (.empty, .empty):
            return [.ok(Self.topic, "DNS and the HTTP API both say that there is nothing healthy")]
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
        // What an answer was too small for is no disagreement.
        if !isComplete, missingInHTTP.isEmpty { return .note(Self.topic, seen, do: "the service is too big for DNS") }
        return .problem(
            Self.topic,
            seen,
            do:
                "ask again: the service may just have changed; else see only_passing, tagged addresses, the tokens of the "
                + "agent, and whether both are of the same agent"
        )
    }
}
