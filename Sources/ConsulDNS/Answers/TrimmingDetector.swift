// SPDX-License-Identifier: Apache-2.0

import DNSWire

/// A search of the additional section of an SRV answer for a record that trimming removes.
///
/// When an answer is too long, Consul drops SRV records and reduces the additional section to one record for each
/// target of an SRV record: the first with that owner. It does so in every version since 1.0, at every step of trimming
/// and on every transport. So one further record proves that nothing was trimmed: a TXT record with a node's metadata,
/// or an address that is repeated because two instances share a target.
///
/// Only records that a forwarder does not add count. A forwarder may put an AAAA record beside Consul's A record, but
/// it neither attaches TXT records nor repeats an address.
struct TrimmingDetector {
    /// True if such a record was found.
    private(set) var isRefuted = false

    private let header: MessageHeader
    /// The last record, with its owner resolved.
    private var last: RecordView?
    private var highestOwner = 0
    /// True if an owner may be a name that occurred before.
    private var mayRepeat = false
    private var hasAlias = false
    private var hasComparedText = false

    /// - Parameter header: The header of the message that the records are in.
    init(_ header: MessageHeader) {
        self.header = header
    }

    /// Examines the next record of the additional section.
    mutating func examine(_ view: RecordView, in bytes: Span<UInt8>) throws(WireError) {
        guard !isRefuted, view.type != .opt else { return }
        var record = view
        record.owner = try view.owner.resolved(in: bytes)
        defer { last = record }
        if view.type == .cname { hasAlias = true }
        // Consul spells out a name once and points to it afterwards, as far as a pointer reaches (RFC 1035 section
        // 4.1.4).
        let isSpelled = record.owner.offset == view.owner.offset
        mayRepeat = mayRepeat || isSpelled || record.owner.offset <= highestOwner
        highestOwner = max(highestOwner, record.owner.offset)
        if let last, last.owner.offset == record.owner.offset, Self.refutes(last, record, in: bytes) {
            isRefuted = true
        } else if view.type == .txt, !hasComparedText {
            // The first TXT record almost always decides: it belongs to a node, and no SRV record leads to the node's
            // name if the instance has an address of its own.
            hasComparedText = true
            isRefuted = try isBesideTargets(record.owner, in: bytes)
        }
    }

    /// Compares the records that the first pass left undecided. Called after the last record.
    mutating func finish(in bytes: Span<UInt8>) throws(WireError) {
        guard !isRefuted, mayRepeat || hasComparedText else { return }
        var seen: [UInt64: [RecordView]] = [:]
        var cursor = try RecordCursor(header, in: bytes)
        while let record = try cursor.next(in: bytes) {
            guard record.section == .additional, record.type != .opt else { continue }
            let hash = try record.owner.caseInsensitiveHash(in: bytes)
            for other in seen[hash] ?? [] where try other.owner.isEqual(to: record.owner, in: bytes) {
                if Self.refutes(other, record, in: bytes) { return isRefuted = true }
            }
            seen[hash, default: []].append(record)
            if record.type == .txt, try isBesideTargets(record.owner, in: bytes) { return isRefuted = true }
        }
    }

    /// Returns true if two records of one owner are more than trimming leaves.
    private static func refutes(_ one: RecordView, _ other: RecordView, in bytes: Span<UInt8>) -> Bool {
        if one.type == .txt || other.type == .txt { return true }
        guard one.type == other.type, one.dataCount == other.dataCount else { return false }
        return (0..<one.dataCount).allSatisfy {
            bytes[one.dataOffset &+ $0] == bytes[other.dataOffset &+ $0]
        }
    }

    /// Returns true if no SRV record leads to a name. An alias may lead anywhere, so with one in the section the
    /// question stays open.
    private func isBesideTargets(_ owner: EncodedName, in bytes: Span<UInt8>) throws(WireError) -> Bool {
        if hasAlias { return false }
        var cursor = try RecordCursor(header, in: bytes)
        while let view = try cursor.next(in: bytes), view.section == .answer {
            guard view.type == .srv, view.dataCount > 6 else { continue }
            if try EncodedName(offset: view.dataOffset &+ 6).isEqual(to: owner, in: bytes) { return false }
        }
        return true
    }
}
