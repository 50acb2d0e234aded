// SPDX-License-Identifier: Apache-2.0

/// Bytes of messages, assembled by hand and without the code under test, so that both cannot share a mistake.
enum WireBytes {
    /// Bytes from hexadecimal digits; spaces and line breaks are ignored.
    static func hex(_ text: String) -> [UInt8] {
        let digits = text.compactMap(\.hexDigitValue)
        return stride(from: 0, to: digits.count - 1, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    static func uint16(_ value: Int) -> [UInt8] {
        [UInt8(value >> 8 & 0xff), UInt8(value & 0xff)]
    }

    static func uint32(_ value: UInt32) -> [UInt8] {
        uint16(Int(value >> 16)) + uint16(Int(value & 0xffff))
    }

    static func label(_ text: String) -> [UInt8] {
        [UInt8(text.utf8.count)] + Array(text.utf8)
    }

    /// An uncompressed name; `text` has no escapes.
    static func name(_ text: String) -> [UInt8] {
        text.split(separator: ".").flatMap { label(String($0)) } + [0]
    }

    static func pointer(_ offset: Int) -> [UInt8] {
        uint16(0xc000 | offset)
    }

    static func header(
        id: Int = 0x1234,
        flags: Int = 0x8500,
        questions: Int = 0,
        answers: Int = 0,
        authority: Int = 0,
        additional: Int = 0
    ) -> [UInt8] {
        [id, flags, questions, answers, authority, additional].flatMap(uint16)
    }

    static func question(_ name: [UInt8], type: Int, class: Int = 1) -> [UInt8] {
        name + uint16(type) + uint16(`class`)
    }

    static func record(
        _ owner: [UInt8],
        type: Int,
        class: Int = 1,
        ttl: UInt32 = 0,
        data: [UInt8]
    ) -> [UInt8] {
        owner + uint16(type) + uint16(`class`) + uint32(ttl) + uint16(data.count) + data
    }

    /// A reply without question and with one record in the answer section.
    static func reply(type: Int, class: Int = 1, ttl: UInt32 = 0, data: [UInt8]) -> [UInt8] {
        header(answers: 1) + record([0], type: type, class: `class`, ttl: ttl, data: data)
    }
}
