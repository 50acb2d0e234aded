// SPDX-License-Identifier: Apache-2.0

/// Consul's trimming of answers that are too large, as in its source (`agent/dns.go`). It drops one answer at a time,
/// or as many as a binary search finds, and each step reduces the additional section to one record for each target.
struct AnswerTrimming: Sendable {
    /// The largest message, in bytes.
    var maximumSize: Int
    /// The size that messages are compared with: over UDP, eight bytes less than `maximumSize`.
    var enforcedSize: Int
    /// The largest number of answers, for a query over UDP without EDNS.
    var maximumAnswers: Int?

    /// Returns the limits over UDP.
    ///
    /// - Parameter ednsSize: The payload size in the query; `nil` without EDNS.
    /// - Parameter answerLimit: Consul's setting `udp_answer_limit`.
    static func datagram(ednsSize: UInt16?, answerLimit: Int = 3) -> AnswerTrimming {
        let size = min(max(512, Int(ednsSize ?? 0)), 65_535 - 68)
        return AnswerTrimming(
            maximumSize: size,
            enforcedSize: size - 8,
            maximumAnswers: size == 512 ? min(8, answerLimit) : nil
        )
    }

    /// The limits over TCP: 64 KiB less Consul's allowance for overhead.
    static let stream = AnswerTrimming(maximumSize: 65_523, enforcedSize: 65_523, maximumAnswers: nil)

    /// Returns the reply as Consul would send it. A reply that includes its OPT record has that trimmed too.
    ///
    /// - Returns: The reply, and true if it was trimmed: its additional section has then changed, even if all answers
    ///   remain.
    func trimmed(_ reply: DNSReply) -> (reply: DNSReply, wasTrimmed: Bool) {
        var reply = reply
        var wasTrimmed = false
        let extra = Extra(reply.additional)
        var measuresCompressed = true
        func keep(_ count: Int) {
            reply.answers = Array(reply.answers.prefix(count))
            reply.additional = extra.matching(reply.answers)
            wasTrimmed = true
        }
        if let maximumAnswers {
            // Consul measures without compression from here on, although it sends the message with compression.
            if reply.answers.count > maximumAnswers {
                measuresCompressed = false
                keep(maximumAnswers)
            }
        } else if self == .stream {
            // This step leaves the additional section unchanged.
            reply.answers = Array(reply.answers.prefix(reply.questionType == DNSType.srv ? 1024 : 4096))
        }
        func size() -> Int { reply.size(compressed: measuresCompressed) }
        while reply.answers.count > 1, size() > enforcedSize {
            reply.authority = []
            keep(
                size() - maximumSize > 100
                    ? largestCount(reply, extra, compressed: measuresCompressed) : reply.answers.count - 1
            )
        }
        return (reply, wasTrimmed)
    }

    private func largestCount(_ reply: DNSReply, _ extra: Extra, compressed: Bool) -> Int {
        var enough = 0
        var tooMany = reply.answers.count + 1
        while tooMany - enough > 1 {
            let median = enough + (tooMany - enough) / 2
            let size = reply.with {
                $0.answers = Array(reply.answers.prefix(median))
                $0.additional = extra.matching($0.answers)
            }.size(compressed: compressed)
            if size > maximumSize {
                tooMany = median
            } else if maximumSize - size < 10 {
                return median
            } else {
                enough = median
            }
        }
        return enough
    }
}

extension AnswerTrimming: Equatable {}

/// The additional section by name. Trimming keeps the first record of each name.
private struct Extra {
    private var records: [DNSName: DNSRecord] = [:]

    init(_ additional: [DNSRecord]) {
        for record in additional {
            let key = record.owner.lowercased
            if records[key] == nil { records[key] = record }
        }
    }

    func matching(_ answers: [DNSRecord]) -> [DNSRecord] {
        var seen: Set<DNSName> = []
        var found: [DNSRecord] = []
        for answer in answers {
            guard case .srv(_, _, _, var target) = answer.data else { continue }
            target = target.lowercased
            while seen.insert(target).inserted, let record = records[target] {
                found.append(record)
                guard case .cname(let next) = record.data else { break }
                target = next.lowercased
            }
        }
        return found
    }
}

extension DNSReply {
    /// True if the additional section looks trimmed: one record for each target.
    var isReducedToTargets: Bool {
        let additional = additional.filter { $0.data.type != DNSType.opt }
        return Set(additional) == Set(Extra(additional).matching(answers))
            && Set(additional).count == additional.count
    }

    /// Returns the message's length by Consul's estimate.
    fileprivate func size(compressed: Bool) -> Int {
        with { $0.compression = compressed ? .consul : .none }.bytes.count
    }
}

extension DNSName {
    /// The name in lower case.
    var lowercased: DNSName {
        DNSName(labels: labels.map { $0.map { (65...90).contains($0) ? $0 + 32 : $0 } })
    }
}
