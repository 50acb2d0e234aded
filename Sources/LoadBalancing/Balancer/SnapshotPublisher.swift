// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Shows snapshots in the order of what they were made from. Two threads may make one at the same time, and the one that
/// began first may be done last: its snapshot is older, and is thrown away.
final class SnapshotPublisher: Sendable {
    private let stripes: SnapshotStripes
    private let newest = NIOLockedValueBox<UInt64>(0)

    init(_ stripes: SnapshotStripes) {
        self.stripes = stripes
    }

    /// - Parameter number: The number of what the snapshot was made from; after the greatest one nothing is shown any more.
    func publish(_ snapshot: Snapshot, number: UInt64) {
        let previous = newest.withLockedValue { newest -> Snapshot? in
            guard number > newest else { return nil }
            newest = number
            let previous = stripes.snapshot
            stripes.replace(with: snapshot)
            return previous
        }
        // With its last reference somebody's picker may go, whose code must not run with the lock held.
        withExtendedLifetime(previous) {}
    }
}
