// SPDX-License-Identifier: Apache-2.0

import DNSWire
import Testing

struct EncodedNameTests {
    private func text(_ offset: Int, in bytes: [UInt8]) throws -> String {
        try DomainName(EncodedName(offset: offset), in: bytes).description
    }

    @Test
    func `A name inside a message is read through the compression of the example in RFC 1035`() throws {
        let bytes = Samples.compression
        #expect(try text(20, in: bytes) == "F.ISI.ARPA.")
        #expect(try text(40, in: bytes) == "FOO.F.ISI.ARPA.")
        #expect(try text(64, in: bytes) == "ARPA.")
        #expect(try text(92, in: bytes) == ".")
    }

    @Test func `A name inside a message ends behind its root or behind its first pointer`() throws {
        let bytes = Samples.compression
        #expect(try [20, 40, 64, 92].map { try EncodedName(offset: $0).end(in: bytes) } == [32, 46, 66, 93])
    }

    @Test
    func `A name of only pointers resolves to its target, any other name to itself`() throws {
        let bytes =
            WireBytes.header() + WireBytes.name("n1.consul") + WireBytes.pointer(12) + WireBytes.pointer(23)
            + WireBytes.label("a") + WireBytes.pointer(12)
        let offsets = try [12, 23, 25, 27].map { try EncodedName(offset: $0).resolved(in: bytes).offset }
        #expect(offsets == [12, 12, 12, 27])
    }

    @Test
    func `An address in Consul's answers is joined to its SRV target by offset alone`() throws {
        let bytes = Samples.services(50)
        var cursor = try RecordCursor(bytes)
        var ports: [EncodedName: UInt16] = [:]
        var joined: [UInt16] = []
        while let record = try cursor.next(in: bytes) {
            if let service = try record.service(in: bytes) {
                ports[try service.target.resolved(in: bytes)] = service.port
            } else if try record.address(in: bytes) != nil {
                joined.append(try #require(ports[try record.owner.resolved(in: bytes)]))
            }
        }
        #expect(joined == Array(8000..<8050))
    }

    @Test func `Names inside a message are equal in any case and with any compression`() throws {
        // 12: web.consul, 24: WEB.Consul, 36: WEB + pointer to consul, 42: web, 47: a pointer to the first.
        let bytes =
            WireBytes.header() + WireBytes.name("web.consul") + WireBytes.name("WEB.Consul")
            + WireBytes.label("WEB") + WireBytes.pointer(16) + WireBytes.name("web") + WireBytes.pointer(12)
        let same = [12, 24, 36, 47].map { EncodedName(offset: $0) }
        let other = EncodedName(offset: 42)
        let name = try DomainName("wEb.cOnsul")
        for left in same {
            for right in same {
                #expect(try left.isEqual(to: right, in: bytes))
                let (leftHash, rightHash) = try (
                    left.caseInsensitiveHash(in: bytes), right.caseInsensitiveHash(in: bytes)
                )
                #expect(leftHash == rightHash)
            }
            #expect(try left.isEqual(to: name, in: bytes))
            #expect(try !left.isEqual(to: other, in: bytes))
            #expect(try !other.isEqual(to: left, in: bytes))
            #expect(try !left.isEqual(to: .root, in: bytes))
            #expect(try !left.isEqual(to: DomainName("web"), in: bytes))
            #expect(try !left.isEqual(to: DomainName("web.consul.x"), in: bytes))
            #expect(try left.caseInsensitiveHash(in: bytes) != other.caseInsensitiveHash(in: bytes))
        }
        #expect(try !other.isEqual(to: name, in: bytes))
    }

    @Test func `Names inside a message differ if any byte differs, even the last one`() throws {
        let bytes = WireBytes.header() + WireBytes.name("web.consul") + WireBytes.name("web.consum")
        let (left, right) = (EncodedName(offset: 12), EncodedName(offset: 24))
        #expect(try !left.isEqual(to: right, in: bytes))
        #expect(try !left.isEqual(to: DomainName("web.consum"), in: bytes))
        #expect(try left.caseInsensitiveHash(in: bytes) != right.caseInsensitiveHash(in: bytes))
    }

    @Test func `Names inside a message with different label boundaries differ`() throws {
        let bytes = WireBytes.header() + WireBytes.name("a.bc") + WireBytes.name("ab.c")
        #expect(try !EncodedName(offset: 12).isEqual(to: EncodedName(offset: 18), in: bytes))
        #expect(try !EncodedName(offset: 12).isEqual(to: DomainName("ab.c"), in: bytes))
    }

    @Test func `A name inside a message yields its labels as ranges of the message`() throws {
        let bytes = Samples.compression
        var labels = EncodedLabels(EncodedName(offset: 40))
        var places: [[Int]] = []
        while let label = try labels.next(in: bytes) {
            places.append([label.start, label.count])
        }
        #expect(places == [[41, 3], [21, 1], [23, 3], [27, 4]])
    }
}
