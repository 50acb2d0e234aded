// SPDX-License-Identifier: Apache-2.0

extension Diagnosis {
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

    /// One finding a line, with its remedy on the next line.
    var text: String {
        (findings.map(Self.text) + ["", summary]).joined(separator: "\n")
    }

    private static func text(_ finding: Finding) -> String {
        let mark = finding.mark.rawValue
        let padded = mark + String(repeating: " ", count: Finding.Mark.problem.rawValue.count - mark.count)
        let shown = finding.mark == .problem ? Terminal.bold(padded) : padded
        let line = "\(shown)  \(finding.topic.printable): \(finding.seen.printable)"
        let indent = String(repeating: " ", count: padded.count + 2)
        return finding.advice.map { "\(line)\n\(indent)-> \($0.printable)" } ?? line
    }

    private var summary: String {
        problems + notes == 0
            ? "no problems" : "\(Words.count(problems, "problem")), \(Words.count(notes, "note"))"
    }
}
