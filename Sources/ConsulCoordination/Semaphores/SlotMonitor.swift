// SPDX-License-Identifier: Apache-2.0

/// Decides which states of a semaphore's record are evidence that a slot was lost. A pure value.
///
/// The record alone does not show the end of the holder's session, which the session's own key shows (``KeyMonitor``).
struct SlotMonitor: Sendable {
    private let session: String
    private let token: UInt64
    private var isCurrent = false

    init(session: String, token: UInt64) {
        (self.session, self.token) = (session, token)
    }

    /// Handles a state of the record's key.
    ///
    /// - Parameters:
    ///   - entry: The entry; `nil` if the key does not exist.
    ///   - index: The index of the answer.
    /// - Returns: The reason of the loss; `nil` if there is no evidence. A value that is no record is none: as long as it is
    ///   there, no program acquires a slot.
    mutating func observed(_ entry: KeyValueEntry?, index: UInt64?) -> CoordinationError.Reason? {
        // A watch is shared, and its first state may be older than the acquisition.
        guard let reached = entry?.modifyIndex ?? index, isCurrent || reached >= token else { return nil }
        guard let entry else { return .keyDeleted }
        isCurrent = true
        guard !entry.value.isEmpty else { return .keyReleased }
        guard let record = try? SemaphoreRecord(entry) else { return nil }
        return record.holders.contains(session) ? nil : .keyReleased
    }
}
