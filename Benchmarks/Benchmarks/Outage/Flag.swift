// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A flag that is set once.
final class Flag: Sendable {
    private let value = NIOLockedValueBox(false)

    var isRaised: Bool { value.withLockedValue { $0 } }

    func raise() { value.withLockedValue { $0 = true } }
}
