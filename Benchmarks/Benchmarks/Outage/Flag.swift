// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Something that has happened or not.
final class Flag: Sendable {
    private let value = NIOLockedValueBox(false)

    var isRaised: Bool { value.withLockedValue { $0 } }

    func raise() { value.withLockedValue { $0 = true } }
}
