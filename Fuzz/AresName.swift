// SPDX-License-Identifier: Apache-2.0

import CLibcares
import DNSWire

/// A name as c-ares reads it.
struct AresName: ~Copyable {
    private let text: UnsafeMutablePointer<CChar>
    /// The offset behind the name.
    let end: Int

    /// Reads the name at an offset; `nil` if c-ares refuses it.
    init?(at offset: Int, in bytes: [UInt8]) {
        var text: UnsafeMutablePointer<CChar>?
        var count = 0
        let status = bytes.withUnsafeBufferPointer { buffer -> CInt in
            guard let start = buffer.baseAddress, offset < buffer.count else { return ARES_EBADNAME }
            return ares_expand_name(start + offset, start, CInt(buffer.count), &text, &count)
        }
        guard status == ARES_SUCCESS, let text else { return nil }
        (self.text, end) = (text, offset + count)
    }

    deinit { ares_free_string(text) }

    func isEqual(to name: DomainName) -> Bool { AresName.isEqual(text, to: name) }

    /// Compares the text of c-ares with the bytes of a name. Unlike the presentation format of RFC 4343, it leaves spaces
    /// as they are, has no dot at its end, and has a zero byte that is a label by itself as such.
    static func isEqual(_ text: UnsafePointer<CChar>?, to name: DomainName) -> Bool {
        guard var next = text else { return false }
        func take(_ byte: UInt8) -> Bool {
            defer { next += 1 }
            return UInt8(bitPattern: next.pointee) == byte
        }
        for (index, label) in name.labels.enumerated() {
            if index > 0, !take(UInt8(ascii: ".")) { return false }
            let isZero = label.count == 1 && label.first == 0
            for byte in label {
                switch byte {
                case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: "@"), UInt8(ascii: ";"),
                    UInt8(ascii: "$"), UInt8(ascii: "("), UInt8(ascii: ")"):
                    guard take(UInt8(ascii: "\\")), take(byte) else { return false }
                case 0x20...0x7e:
                    guard take(byte) else { return false }
                case _ where isZero:
                    guard take(0) else { return false }
                default:
                    guard take(UInt8(ascii: "\\")), take(0x30 + byte / 100), take(0x30 + byte / 10 % 10),
                        take(0x30 + byte % 10)
                    else { return false }
                }
            }
        }
        return take(0)
    }

    /// Returns true if a name has a label that is one zero byte, at which the text of c-ares ends for string functions.
    static func hasZeroLabel(_ name: DomainName) -> Bool {
        name.labels.contains { $0.count == 1 && $0.first == 0 }
    }

    /// Returns true if a name has only characters that every c-ares accepts in the target of an alias. Later versions than
    /// 1.18 accept `*` as well.
    static func isHostName(_ name: DomainName) -> Bool {
        name.labels.joined().allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "/"):
                true
            default: false
            }
        }
    }
}
