// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

extension String {
    /// The text on one line. Characters that a terminal obeys or does not show are escaped as `\u{202E}`: control
    /// characters, direction marks, characters without a width.
    ///
    /// Any client that may register a service writes its names, tags and check output, and Consul accepts all
    /// characters in them.
    var printable: String {
        // Nearly all text is ASCII without control characters.
        guard !utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return self }
        var text = ""
        var marks = 0
        for scalar in unicodeScalars {
            marks = scalar.isMark ? marks + 1 : 0
            // A combining mark needs a base character, and a pile of marks covers the lines above.
            if scalar.isUnseen || marks > 0 && text.isEmpty || marks > 4 {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }

    // MARK: Width

    /// The number of terminal columns that the text takes.
    var columns: Int {
        unicodeScalars.reduce(0) { $0 + $1.columns }
    }

    /// Returns the longest beginning that fits the number of columns.
    func prefix(columns limit: Int) -> String {
        var text = ""
        var used = 0
        for scalar in unicodeScalars {
            used += scalar.columns
            if used > limit { break }
            text.unicodeScalars.append(scalar)
        }
        return text
    }
}

extension Unicode.Scalar {
    /// True if it is drawn over the previous character.
    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }
}

extension Unicode.Scalar {
    /// The number of columns that terminals use for it, as `wcwidth` says in a Unicode locale: two for East Asian wide
    /// characters (UAX #11) and emoji, zero for what is drawn over the previous character. The C library's own function
    /// knows only ASCII without a locale, and this program sets none.
    fileprivate var columns: Int {
        if value < 0x300 { return 1 }
        if isMark || isUnseen || Self.joiningLetters.contains(value) { return 0 }
        return isWide ? 2 : 1
    }

    /// Vowels and final consonants of Hangul, which share the cell of the previous consonant.
    private static let joiningLetters: ClosedRange<UInt32> = 0x1160...0x11FF

    private var isWide: Bool {
        // Two of them form a flag, each in a column of its own.
        if (0x1F1E6...0x1F1FF).contains(value) { return false }
        return properties.isEmojiPresentation || Self.wide.contains { $0.contains(value) }
    }

    /// The blocks of wide characters. Their code points that are not wide are unassigned.
    private static let wide: [ClosedRange<UInt32>] = [
        0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97C,
        0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF01...0xFF60, 0xFFE0...0xFFE6,
        0x16FE0...0x18DFF, 0x1AFF0...0x1B2FF, 0x1F200...0x1F265, 0x20000...0x3FFFD,
    ]
}
