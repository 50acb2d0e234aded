// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct EncodedNameRefusalTests {
    /// Returns the code with which every function that reads a name fails, or nil if one succeeds or they disagree.
    private func code(at offset: Int = 12, in bytes: [UInt8]) -> WireError.Code? {
        let name = EncodedName(offset: offset)
        let errors = [
            #expect(throws: WireError.self) { try DomainName(name, in: bytes) },
            #expect(throws: WireError.self) { try name.caseInsensitiveHash(in: bytes) },
            #expect(throws: WireError.self) { try name.isEqual(to: name, in: bytes) },
        ]
        let codes = Set(errors.compactMap(\.?.code))
        return codes.count == 1 ? codes.first : nil
    }

    @Test
    func `A name with a pointer to itself, forward or into the header is refused`() {
        let header = WireBytes.header()
        #expect(code(in: header + WireBytes.pointer(12)) == .badPointer)
        #expect(code(in: header + WireBytes.pointer(14) + [0]) == .badPointer)
        #expect(code(in: header + WireBytes.pointer(11)) == .badPointer)
        #expect(code(in: header + WireBytes.pointer(0x3fff)) == .badPointer)
    }

    @Test func `A name with a cycle of pointers is refused`() {
        let header = WireBytes.header()
        #expect(code(in: header + WireBytes.pointer(14) + WireBytes.pointer(12)) == .badPointer)
        #expect(code(at: 14, in: header + WireBytes.pointer(14) + WireBytes.pointer(12)) == .badPointer)
        #expect(code(in: header + WireBytes.label("a") + WireBytes.pointer(12)) == .badPointer)
        // A pointer back into the run of labels that it ends.
        #expect(code(in: header + WireBytes.label("a") + WireBytes.label("b") + WireBytes.pointer(14)) == .badPointer)
    }

    @Test func `A name with more than 127 pointers is refused`() throws {
        var bytes = WireBytes.header() + [0]
        var previous = 12
        for _ in 0..<128 {
            let offset = bytes.count
            bytes += WireBytes.pointer(previous)
            previous = offset
        }
        #expect(code(at: previous, in: bytes) == .tooManyPointers)
        #expect(try DomainName(EncodedName(offset: previous - 2), in: bytes) == .root)
    }

    @Test
    func `A name with more than 255 bytes is refused, in one piece or several`() throws {
        let label = [63] + [UInt8](repeating: 0x61, count: 63)
        let rest = [61] + [UInt8](repeating: 0x62, count: 61)
        let longest = WireBytes.header() + label + label + label + rest + [0]
        #expect(try DomainName(EncodedName(offset: 12), in: longest).wireBytes.count == 255)
        #expect(try EncodedName(offset: 12).end(in: longest) == 12 + 255)

        let tooLong = WireBytes.header() + label + label + label + [62] + rest.dropFirst() + [0x62, 0]
        #expect(code(in: tooLong) == .nameTooLong)
        let end = #expect(throws: WireError.self) { try EncodedName(offset: 12).end(in: tooLong) }
        #expect(end?.code == .nameTooLong)

        let pieced = longest + WireBytes.label("x") + WireBytes.pointer(12)
        #expect(code(at: longest.count, in: pieced) == .nameTooLong)
    }

    @Test func `A name that is cut off by the end of the message is refused`() {
        let header = WireBytes.header()
        #expect(code(in: header) == .truncated)
        #expect(code(in: header + [1]) == .truncated)
        #expect(code(in: header + [1, 0x61]) == .truncated)
        #expect(code(in: header + [0xc0]) == .truncated)
        #expect(code(in: header + [63] + [UInt8](repeating: 0x61, count: 62)) == .truncated)
    }

    @Test(arguments: [0x40, 0x7f, 0x80, 0xbf] as [UInt8])
    func `A name with a reserved label type is refused`(lead: UInt8) {
        #expect(code(in: WireBytes.header() + [lead, 0, 0]) == .reservedLabelType)
    }

    @Test(arguments: [-1, .min, 60, 4096, .max])
    func `A name with an offset outside the message is refused`(offset: Int) {
        #expect(code(at: offset, in: Samples.compression.dropLast(40)) == .truncated)
        let end = #expect(throws: WireError.self) { try EncodedName(offset: offset).end(in: [UInt8]()) }
        #expect(end?.code == .truncated)
    }
}
