// SPDX-License-Identifier: Apache-2.0

/// A handle that keeps an entry from eviction for as long as the handle exists.
package final class SlotHandle: Sendable {
    package let slot: CacheSlot

    /// - Parameter service: An entry that has been pinned for this handle.
    init(pinned slot: CacheSlot) {
        self.slot = slot
    }

    deinit { slot.unpin() }
}
