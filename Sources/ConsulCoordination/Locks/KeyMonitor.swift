// SPDX-License-Identifier: Apache-2.0

/// Decides which states of a key are evidence that its lock was lost. A pure value.
///
/// A watch is shared, and its first update may be older than the acquisition. Such an update has an index below the
/// fencing token and is ignored, until the watch has shown the lock once.
package struct KeyMonitor: Sendable {
    private let session: String
    private let token: UInt64
    private var isCurrent = false

    /// True if the last state of the lock had other flags: a program has written the key without a session.
    package private(set) var isOverwritten = false

    package init(session: String, token: UInt64) {
        (self.session, self.token) = (session, token)
    }

    /// Handles a state of the key.
    ///
    /// - Parameters:
    ///   - entry: The entry; `nil` if the key does not exist.
    ///   - index: The index of the answer.
    /// - Returns: The reason of the loss; `nil` if there is no evidence.
    package mutating func observed(_ entry: KeyValueEntry?, index: UInt64?) -> CoordinationError.Reason? {
        if let entry, entry.session == session {
            isCurrent = true
            isOverwritten = entry.flags != LockAcquisition.flags
            return nil
        }
        // An absence without an index is not Consul's answer, but that of a proxy.
        guard let reached = entry?.modifyIndex ?? index, isCurrent || reached > token else { return nil }
        return switch entry?.session {
        case nil: entry == nil ? .keyDeleted : .keyReleased
        case .some: .keyTaken
        }
    }
}
