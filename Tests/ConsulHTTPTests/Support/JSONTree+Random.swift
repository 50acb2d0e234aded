// SPDX-License-Identifier: Apache-2.0

extension JSONTree {
    /// Returns a random document with at most `levels` levels.
    static func random(levels: Int, using generator: inout some RandomNumberGenerator) -> JSONTree {
        switch Int.random(in: levels > 0 ? 0...6 : 0...4, using: &generator) {
        case 0: .null
        case 1: .bool(.random(using: &generator))
        case 2:
            .number(
                "\(Int64.random(in: .min ... .max, using: &generator) >> Int64.random(in: 0...63, using: &generator))"
            )
        case 3: .number("\(Double.random(in: -1e9...1e9, using: &generator))")
        case 4: .string(randomText(using: &generator))
        case 5:
            .array(
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in random(levels: levels - 1, using: &generator)
                }
            )
        default:
            .object(
                (0..<Int.random(in: 0...4, using: &generator)).reduce(into: [:]) { members, _ in
                    members[randomText(using: &generator)] = random(levels: levels - 1, using: &generator)
                }
            )
        }
    }

    /// Returns text of a length around the eight bytes that the reader processes together, with characters from all of
    /// Unicode.
    private static func randomText(using generator: inout some RandomNumberGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...20, using: &generator) {
            let largest: [UInt32] = [0x7f, 0x7f, 0x7f, 0x7ff, 0xffff, 0x10ffff]
            let value = UInt32.random(in: 0...largest[Int.random(in: 0..<6, using: &generator)], using: &generator)
            text.unicodeScalars.append(Unicode.Scalar(value) ?? "\u{fffd}")
        }
        return text
    }
}
