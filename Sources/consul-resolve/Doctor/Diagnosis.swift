// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP
import ConsulResolver

/// The result of judging the facts: findings, in the order in which an operator checks them, and the exit status. A
/// pure value.
struct Diagnosis {
    let findings: [Finding]
    let status: ExitCode

    init(_ facts: Facts) {
        findings =
            ReachabilityCheck(facts).findings + ClusterCheck(facts).findings + AccessCheck(facts).findings
            + DNSSettingsCheck(facts).findings + ServiceCheck(facts).findings + AgreementCheck(facts).findings
            + RegistrationCheck(facts).findings + LockCheck(facts).findings
        status = Self.status(facts)
    }

    /// Problems have no status of their own: 1 would look like a failed write, and only the script knows which problem
    /// matters to it. A service that is found, is empty or cannot be queried has the status that a lookup returns.
    private static func status(_ facts: Facts) -> ExitCode {
        guard let service = facts.service else { return facts.isConsulReachable ? .success : ExitStatus.unknown }
        let answers = [service.dns, service.http].compactMap { $0 }
        if answers.contains(where: \.isFound) { return .success }
        // As in a lookup: DNS carries no token, so a service that is empty over DNS may be hidden.
        if answers.contains(where: \.isDenied) || facts.isTokenUnavailable { return ExitStatus.unknown }
        return answers.contains(where: \.isEmpty) ? ExitStatus.empty : ExitStatus.unknown
    }

    var problems: Int { findings.count { $0.mark == .problem } }

    var notes: Int { findings.count { $0.mark == .note } }
}

extension Diagnosis: Report {
    var json: JSON {
        .object([
            "problems": .integer(problems), "notes": .integer(notes),
            "findings": .array(
                findings.map { finding in
                    .object([
                        "mark": .string(finding.mark.rawValue), "topic": .string(finding.topic),
                        "seen": .string(finding.seen), "advice": JSON(finding.advice),
                    ])
                }
            ),
        ])
    }

    /// One finding a line, with its remedy on the next line, so that a search finds whole statements.
    var text: String { text(columns: .max) }

    /// Returns the same text, with lines broken between words to fit the width.
    func text(columns: Int) -> String {
        (findings.map { Self.text($0, columns) } + ["", summary]).joined(separator: "\n")
    }

    private static func text(_ finding: Finding, _ columns: Int) -> String {
        let mark = finding.mark.rawValue
        let padded = mark + String(repeating: " ", count: Finding.Mark.problem.rawValue.count - mark.count)
        let shown = finding.mark == .problem ? Terminal.bold(padded) : padded
        let indent = String(repeating: " ", count: padded.count + 2)
        let width = columns - indent.count
        let seen = Words.wrapped("\(finding.topic.printable): \(finding.seen.printable)", to: width)
        let advice = finding.advice.map { Words.wrapped($0.printable, to: width - 3) } ?? []
        let lines =
            seen.enumerated().map { ($0 == 0 ? "\(shown)  " : indent) + $1 }
            + advice.enumerated().map { indent + ($0 == 0 ? "-> " : "   ") + $1 }
        return lines.joined(separator: "\n")
    }

    private var summary: String {
        problems + notes == 0
            ? "no problems" : "\(Words.count(problems, "problem")), \(Words.count(notes, "note"))"
    }
}

extension Facts {
    /// True if DNS or HTTP can answer a query for a service.
    fileprivate var isConsulReachable: Bool {
        let servers = nameservers ?? []
        if servers.contains(where: { $0.udp == .speaks || $0.tcp == .speaks }) { return true }
        return if case .success? = http?.services { true } else { false }
    }

    /// True if a token is configured and cannot be read.
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
