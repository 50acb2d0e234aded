// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Foundation
import Testing

/// The coder of the documentation: any encoder and decoder of the user's.
extension ValueCoder where Value: Codable & Sendable {
    static var json: ValueCoder {
        ValueCoder(
            encode: { Array(try JSONEncoder().encode($0)) },
            decode: { try JSONDecoder().decode(Value.self, from: Data($0)) }
        )
    }
}

struct ValueCoderTests {
    private struct Settings: Codable, Equatable, Sendable {
        var limit = 5
        var names = ["ä", "b"]
    }

    @Test func `A value of a Codable type survives the conversion to bytes and back`() throws {
        let coder = ValueCoder<Settings>.json
        #expect(try coder.decode(try coder.encode(Settings())) == Settings())
    }

    @Test func `Text, bytes and numbers have coders of their own`() throws {
        #expect(try ValueCoder.text.encode("ä") == [0xC3, 0xA4])
        #expect(try ValueCoder.text.decode([0xC3, 0xA4]) == "ä")
        #expect(try ValueCoder.bytes.decode([0, 255]) == [0, 255])
        let number = ValueCoder<UInt64>.number
        #expect(try number.decode(try number.encode(.max)) == .max)
    }

    @Test func `Bytes of another format are corrupt`() {
        let text = #expect(throws: CoordinationError.self) { try ValueCoder<String>.text.decode([0xFF]) }
        #expect(text?.code == .corrupt)
        let number = #expect(throws: CoordinationError.self) { try ValueCoder<UInt8>.number.decode(Array("256".utf8)) }
        #expect(number?.code == .corrupt)
    }
}
