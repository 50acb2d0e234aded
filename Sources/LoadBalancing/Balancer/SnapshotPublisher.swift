// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Publishes snapshots in the order of their inputs. Two threads may build a snapshot at the same time, and the one
/// that began first may finish last: its snapshot is older, and is dropped.
final class SnapshotPublisher: Sendable {
    private let stripes: SnapshotStripes
    private let newest = NIOLockedValueBox<UInt64>(0)

    init(_ stripes: SnapshotStripes) {
        self.stripes = stripes
    }

    /// - Parameter number: The number of the snapshot's input; after the greatest number no snapshot is published any
    ///   more.
    func publish(_ snapshot: Snapshot, number: UInt64) {
        let previous = newest.withLockedValue { newest -> Snapshot? in
            guard number > newest else { return nil }
            newest = number
            let previous = stripes.snapshot
            stripes.replace(with: snapshot)
            return previous
        }
        // The last reference may release a picker that is user code, which must not run with the lock held.
        withExtendedLifetime(previous) {}
    }
}
