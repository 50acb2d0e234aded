// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

// Numbers as people write them. Foundation could format them, but takes time to load.

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }

    /// The duration rounded to a tenth of a second: `12.3 s`.
    var inSeconds: String { "\(((milliseconds / 100).rounded() / 10).decimal) s" }

    /// The duration in a unit that gives it two or three digits, rounded down: `12.3 s`, `45 min`, `30 h`, `12 d`.
    var inWords: String {
        let (minutes, hours) = (components.seconds / 60, components.seconds / 3600)
        return minutes < 2 ? inSeconds : hours < 2 ? "\(minutes) min" : hours < 48 ? "\(hours) h" : "\(hours / 24) d"
    }
}
