// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

@Suite("A name inside a message is refused")
struct EncodedNameRefusalTests {
    /// The code with which every way of reading the name fails, or nil if one of them does not or they disagree.
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

    @Test("when a pointer points at itself, forward, or into the header")
    func pointers() {
        let header = WireBytes.header()
        #expect(code(in: header + WireBytes.pointer(12)) == .badPointer)
        #expect(code(in: header + WireBytes.pointer(14) + [0]) == .badPointer)
        #expect(code(in: header + WireBytes.pointer(11)) == .badPointer)
        #expect(code(in: header + WireBytes.pointer(0x3fff)) == .badPointer)
    }

    @Test("when pointers go round in circles")
    func loops() {
        let header = WireBytes.header()
        #expect(code(in: header + WireBytes.pointer(14) + WireBytes.pointer(12)) == .badPointer)
        #expect(code(at: 14, in: header + WireBytes.pointer(14) + WireBytes.pointer(12)) == .badPointer)
        #expect(code(in: header + WireBytes.label("a") + WireBytes.pointer(12)) == .badPointer)
        // Back into the run of labels that the pointer itself ends.
        #expect(code(in: header + WireBytes.label("a") + WireBytes.label("b") + WireBytes.pointer(14)) == .badPointer)
    }

    @Test("when it takes more than 127 pointers")
    func pointerCount() throws {
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

    @Test("when it has more than 255 bytes, in one place or pieced together")
    func length() throws {
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

    @Test("when the message ends within it")
    func truncation() {
        let header = WireBytes.header()
        #expect(code(in: header) == .truncated)
        #expect(code(in: header + [1]) == .truncated)
        #expect(code(in: header + [1, 0x61]) == .truncated)
        #expect(code(in: header + [0xc0]) == .truncated)
        #expect(code(in: header + [63] + [UInt8](repeating: 0x61, count: 62)) == .truncated)
    }

    @Test("when its label has a reserved type", arguments: [0x40, 0x7f, 0x80, 0xbf] as [UInt8])
    func reserved(lead: UInt8) {
        #expect(code(in: WireBytes.header() + [lead, 0, 0]) == .reservedLabelType)
    }

    @Test("when its offset is outside the message", arguments: [-1, .min, 60, 4096, .max])
    func offsets(offset: Int) {
        #expect(code(at: offset, in: Samples.compression.dropLast(40)) == .truncated)
        let end = #expect(throws: WireError.self) { try EncodedName(offset: offset).end(in: [UInt8]()) }
        #expect(end?.code == .truncated)
    }
}
