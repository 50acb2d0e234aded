// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import ConsulResolver
import DNSWire

/// A DNS response, formatted for people and for scripts.
struct QueryReport: Report {
    let question: Question
    let answer: DNSAnswer
    let message: Message

    /// The fixed form that scripts rely on. OPT is no resource record in the usual sense (RFC 6891 section 6.1.1) and
    /// stands beside the sections.
    var json: JSON {
        .object([
            "question": .object(["name": JSON(question.name), "type": JSON(question.type)]),
            "server": JSON(answer.server), "transport": .string(answer.transport.rawValue),
            "bytes": .integer(answer.bytes.count), "elapsedMilliseconds": .number(answer.elapsed.milliseconds),
            "rcode": JSON(message.responseCode), "flags": .array(message.flags.mnemonics.map(JSON.string)),
            "answer": records(message.answers), "authority": records(message.authority),
            "additional": records(additional),
            "ednsPayloadSize": message.edns.map { .integer(Int($0.payloadSize)) } ?? nil,
        ])
    }

    /// The output in the style of `dig`: comments for everything but records, then one record a line.
    var text: String {
        var lines = [
            Terminal.bold(
                "; \(question.name) \(question.type) from \(answer.server) over \(answer.transport.rawValue), "
                    + "\(answer.bytes.count) bytes in \(answer.elapsed.milliseconds.decimal) ms"
            ),
            "; \(message.responseCode), flags: \(message.flags)"
                + (message.edns.map { ", EDNS \($0.payloadSize)" } ?? ""),
        ]
        for (title, section) in [
            ("answer", message.answers), ("authority", message.authority), ("additional", additional),
        ] where !section.isEmpty {
            lines.append("; \(title)")
            lines += section.map { "\($0.name) \($0.ttl) \($0.type) \($0.data)" }
        }
        return lines.joined(separator: "\n")
    }

    private var additional: [ResourceRecord] { message.additional.filter { $0.type != .opt } }

    private func records(_ records: [ResourceRecord]) -> JSON {
        .array(
            records.map { record in
                .object([
                    "name": JSON(record.name), "type": JSON(record.type), "ttl": .integer(Int(record.ttl)),
                    "data": JSON(record.data),
                ])
            }
        )
    }
}
