// SPDX-License-Identifier: Apache-2.0

import CLibcares
import ConsulDNS
import DNSWire
import NetworkAddress

/// Compares the readers of DNS messages with c-ares' own parsers on the same bytes: names, SRV records, addresses.
///
/// Where both accept the bytes, they must find the same. Where one refuses them, the reason must be a rule that the other
/// does not have; each such rule is named here, with its source.
enum AresComparison {
    static func check(_ bytes: [UInt8]) {
        compareNames(bytes)
        compareServices(bytes)
        compareAddresses(bytes)
    }

    // MARK: Names

    private static func compareNames(_ bytes: [UInt8]) {
        let start = MessageHeader.byteCount
        for offset in stride(from: start, to: bytes.count, by: max(1, bytes.count / 6)) {
            let theirs = AresName(at: offset, in: bytes)
            do {
                let name = EncodedName(offset: offset)
                let ours = try DomainName(name, in: bytes.span)
                guard let theirs else {
                    precondition(exceedsPointersOfAres(at: offset, in: bytes), "only c-ares refuses a name")
                    continue
                }
                precondition(theirs.isEqual(to: ours), "c-ares reads another name")
                precondition((try? name.end(in: bytes.span)) == theirs.end, "c-ares sees another end of a name")
            } catch {
                precondition(theirs == nil || explains(error, at: offset, in: bytes), "only c-ares accepts a name")
            }
        }
    }

    /// Returns true if a name has more pointers than the 50 that c-ares follows. No RFC has a limit; 127 are as many as
    /// a name can have labels.
    private static func exceedsPointersOfAres(at offset: Int, in bytes: [UInt8]) -> Bool {
        PointerWalk(at: offset, in: bytes).pointerCount > 50
    }

    /// Returns true if an error is the violation of a rule that c-ares does not have.
    private static func explains(_ error: WireError, at offset: Int, in bytes: [UInt8]) -> Bool {
        let walk = PointerWalk(at: offset, in: bytes)
        return switch error.code {
        // RFC 1035 section 4.1.4: a pointer leads to a prior occurrence of a name. c-ares follows it anywhere.
        case .badPointer: !walk.leadsBack
        // RFC 1035 section 2.3.4. c-ares reads names of any length.
        case .nameTooLong: walk.wireCount > 255
        default: false
        }
    }

    // MARK: Services

    /// The records of an answer section, as this library reads them.
    private struct Answers {
        var services: [(view: ServiceView, target: DomainName)] = []
        var hasOtherRecords = false
        var question: Question

        init(_ bytes: [UInt8]) throws(WireError) {
            let span = bytes.span
            let header = try MessageHeader(parsing: span)
            var cursor = try RecordCursor(header, in: span)
            var offset = MessageHeader.byteCount
            question = try Question(try QuestionView(parsing: span, at: &offset), in: span)
            for _ in 0..<header.answerCount {
                guard let record = try cursor.next(in: span) else { break }
                let owner = try DomainName(record.owner, in: span)
                guard let view = try record.service(in: span) else {
                    hasOtherRecords = true
                    continue
                }
                if owner != question.name { hasOtherRecords = true }
                services.append((view, try DomainName(view.target, in: span)))
            }
        }
    }

    private static func compareServices(_ bytes: [UInt8]) {
        var list: UnsafeMutablePointer<ares_srv_reply>?
        let status = ares_parse_srv_reply(bytes, CInt(bytes.count), &list)
        defer { if let list { ares_free_data(list) } }
        // c-ares reads messages with one question and with answers only.
        guard let header = try? MessageHeader(parsing: bytes.span), header.questionCount == 1, header.answerCount > 0
        else {
            precondition(status != ARES_SUCCESS, "c-ares accepts a message without a question or an answer")
            return
        }
        do {
            let ours = try Answers(bytes)
            guard status == ARES_SUCCESS else {
                precondition(hasManyPointers(bytes), "only c-ares refuses an answer")
                return
            }
            var next = list
            for (view, target) in ours.services {
                guard let theirs = next?.pointee else { preconditionFailure("c-ares sees fewer services") }
                precondition(theirs.priority == view.priority, "c-ares sees another priority")
                precondition(theirs.weight == view.weight, "c-ares sees another weight")
                precondition(theirs.port == view.port, "c-ares sees another port")
                precondition(AresName.isEqual(theirs.host, to: target), "c-ares sees another target")
                next = theirs.next
            }
            precondition(next == nil, "c-ares sees more services")
            compareInstances(ours, bytes)
        } catch {
            precondition(status != ARES_SUCCESS || explains(error, in: bytes), "only c-ares accepts an answer")
        }
    }

    /// Checks that the reader of whole answers finds an instance for each service.
    private static func compareInstances(_ answers: Answers, _ bytes: [UInt8]) {
        guard !answers.hasOtherRecords,
            let answer = try? ServiceAnswer(parsing: bytes, answering: answers.question, domain: .consul)
        else { return }
        precondition(answer.instances.count == answers.services.count, "an instance is missing, or one too many")
        for (instance, (view, target)) in zip(answer.instances, answers.services) {
            precondition(
                instance.priority == view.priority && instance.weight == view.weight && instance.port == view.port,
                "an instance has the fields of another"
            )
            if case .unavailable = instance.target { precondition(target.isRoot, "a target is lost") }
        }
    }

    /// Returns true if an error in an answer is the violation of a rule that c-ares does not have.
    private static func explains(_ error: WireError, in bytes: [UInt8]) -> Bool {
        switch error.code {
        // As for names. The offset of such an error is within the name, so where the name begins is not known here.
        case .badPointer, .nameTooLong: true
        // A plain contradiction in the header, which c-ares only meets in the sections that it reads.
        case .countsExceedMessage: true
        // RFC 6891 section 6.1.1.
        case .duplicateOPT: true
        // RFC 2782 defines four fields, and RFC 1035 section 3.2.1 the length of their data. c-ares reads a target that
        // is longer or shorter than the data, or none.
        case .badRecordLength: !endsWithItsTarget(dataAt: error.offset, in: bytes)
        default: false
        }
    }

    /// Returns true if the data of an SRV record ends where c-ares sees the end of the target.
    private static func endsWithItsTarget(dataAt offset: Int, in bytes: [UInt8]) -> Bool {
        let count = Int(bytes[offset - 2]) << 8 | Int(bytes[offset - 1])
        return AresName(at: offset + 6, in: bytes)?.end == offset + count
    }

    /// Returns true if any name of the message may have more pointers than c-ares follows: 51 take 102 bytes.
    private static func hasManyPointers(_ bytes: [UInt8]) -> Bool {
        (MessageHeader.byteCount..<bytes.count).contains { exceedsPointersOfAres(at: $0, in: bytes) }
    }

    // MARK: Addresses

    private static func compareAddresses(_ bytes: [UInt8]) {
        guard let header = try? MessageHeader(parsing: bytes.span), header.questionCount == 1 else { return }
        guard let ours = try? OwnAddresses(bytes), ours.isComparable else { return }
        withUnsafeTemporaryAllocation(of: ares_addrttl.self, capacity: 64) { found in
            var count = CInt(found.count)
            let status = ares_parse_a_reply(bytes, CInt(bytes.count), nil, found.baseAddress, &count)
            guard ours.isReadable(with: status) else {
                return precondition(ours.mayBeRefused || hasManyPointers(bytes), "only c-ares refuses addresses")
            }
            let theirs = found[..<(status == ARES_SUCCESS ? Int(count) : 0)]
            precondition(theirs.count == ours.four.count, "c-ares sees other addresses")
            for (their, our) in zip(theirs, ours.four) {
                precondition(IPv4Address(rawValue: UInt32(bigEndian: their.ipaddr.s_addr)) == our, "another address")
            }
        }
        withUnsafeTemporaryAllocation(of: ares_addr6ttl.self, capacity: 64) { found in
            var count = CInt(found.count)
            let status = ares_parse_aaaa_reply(bytes, CInt(bytes.count), nil, found.baseAddress, &count)
            guard ours.isReadable(with: status) else { return }
            let theirs = found[..<(status == ARES_SUCCESS ? Int(count) : 0)]
            precondition(theirs.count == ours.sixteen.count, "c-ares sees other addresses")
            for (their, our) in zip(theirs, ours.sixteen) {
                let isEqual = withUnsafeBytes(of: their.ip6addr) { bytes in
                    our.high == UInt64(bigEndian: bytes.load(as: UInt64.self))
                        && our.low == UInt64(bigEndian: bytes.load(fromByteOffset: 8, as: UInt64.self))
                }
                precondition(isEqual, "another address")
            }
        }
    }
}

/// The addresses of an answer section by the rules of c-ares, read by this library: those of the name that was asked
/// for, or of the last alias before them.
private struct OwnAddresses {
    var four: [IPv4Address] = []
    var sixteen: [IPv6Address] = []
    /// True if c-ares refuses the answer for the characters of an alias, which RFC 2181 section 11 allows.
    var mayBeRefused = false
    /// False if c-ares compares names up to a zero byte only (`AresName.isEqual`).
    var isComparable = true

    init(_ bytes: [UInt8]) throws(WireError) {
        let span = bytes.span
        let header = try MessageHeader(parsing: span)
        var cursor = try RecordCursor(header, in: span)
        var offset = MessageHeader.byteCount
        var name = try DomainName(try QuestionView(parsing: span, at: &offset).name, in: span)
        isComparable = !AresName.hasZeroLabel(name)
        for _ in 0..<header.answerCount {
            guard let record = try cursor.next(in: span) else { break }
            let owner = try DomainName(record.owner, in: span)
            if AresName.hasZeroLabel(owner) { isComparable = false }
            if record.type == .cname, record.recordClass == .internet {
                name = try DomainName(EncodedName(offset: record.dataOffset), in: span)
                if !AresName.isHostName(name) { mayBeRefused = true }
                if AresName.hasZeroLabel(name) { isComparable = false }
            }
            // c-ares skips addresses of a wrong length, which this library refuses.
            guard let address = try? record.address(in: span), owner == name else { continue }
            switch address {
            case .v4(let address): four.append(address)
            case .v6(let address): sixteen.append(address)
            }
        }
    }

    /// Returns true if a status of c-ares is no refusal. No data is none.
    func isReadable(with status: CInt) -> Bool {
        status == ARES_SUCCESS || status == ARES_ENODATA
    }
}

/// The way through the labels and pointers of a name, by plain rules and without any limit but the number of steps.
private struct PointerWalk {
    private(set) var wireCount = 1
    private(set) var pointerCount = 0
    /// True if every pointer leads to a byte in front of all that belongs to the name so far, and not into the header.
    private(set) var leadsBack = true

    init(at start: Int, in bytes: [UInt8]) {
        var (offset, runStart) = (start, start)
        while offset < bytes.count, bytes[offset] != 0, pointerCount < 200 {
            if bytes[offset] >= 0xc0 {
                guard offset + 1 < bytes.count else { return }
                offset = Int(bytes[offset] & 0x3f) << 8 | Int(bytes[offset + 1])
                pointerCount += 1
                if offset >= runStart || offset < MessageHeader.byteCount { leadsBack = false }
                runStart = offset
            } else {
                wireCount += 1 + Int(bytes[offset])
                offset += 1 + Int(bytes[offset])
            }
        }
    }
}
