// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

// Numbers as people write them. Foundation could format them, but takes time to load.

extension Duration {
    var milliseconds: Double {
        Double(components.seconds) * 1e3 + Double(components.attoseconds) / 1e15
    }

    /// The duration rounded to a tenth of a second: `12.3 s`.
    var inSeconds: String { "\(((milliseconds / 100).rounded() / 10).decimal) s" }
}
