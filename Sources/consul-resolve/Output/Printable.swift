// SPDX-License-Identifier: Apache-2.0

extension String {
    /// The text on one line, without anything that a terminal would obey. Names and the output of checks are written by
    /// whoever may register something; Consul takes any of it.
    var printable: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            text.unicodeScalars.append(scalar.properties.generalCategory == .control ? "\u{FFFD}" : scalar)
        }
        return text
    }
}
