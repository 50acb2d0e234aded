// SPDX-License-Identifier: Apache-2.0

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
}

extension Unicode.Scalar {
    /// True if a terminal does not show the character, or acts on it.
    var isUnseen: Bool {
        if (0x20..<0x7F).contains(value) { return false }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .unassigned: true
        // Examples: Hangul fillers and variation selectors.
        default: properties.isDefaultIgnorableCodePoint
        }
    }

    /// True if it is drawn over the previous character.
    var isMark: Bool {
        switch properties.generalCategory {
        case .nonspacingMark, .enclosingMark: true
        default: false
        }
    }
}
