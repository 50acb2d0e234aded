// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text on one line, with everything escaped that a terminal obeys or does not show: control characters, marks of
    /// direction, characters without a width. `\u{202E}` is how it looks then.
    ///
    /// Names, tags and the output of checks are written by anybody who may register something, and Consul takes any of it.
    var printable: String {
        // Nearly all text is ASCII without control characters.
        guard !utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) else { return self }
        var text = ""
        var marks = 0
        for scalar in unicodeScalars {
            marks = scalar.isMark ? marks + 1 : 0
            // A mark needs a character to stand on, and a pile of them covers the lines above.
            if scalar.isUnseen || marks > 0 && text.isEmpty || marks > 4 {
                text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether a terminal shows nothing in its place, or does something else about it.
    var isUnseen: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: true
        // Such as the fillers of Hangul and variation selectors.
        default: properties.isDefaultIgnorableCodePoint
        }
    }

    /// Whether it is drawn over the character before it.
    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }
}
