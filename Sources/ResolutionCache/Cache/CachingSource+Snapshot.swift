// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
package import ResolutionModel
package import ResolutionSnapshot

/// The exchange with the snapshot, the file that outlives the cache.
extension CachingSource {
    /// Answers of an earlier process, and the writer that saves those of this one.
    package struct Recollection: Sendable {
        /// Answers that no request of this process has used yet. The snapshot keeps them until one does.
        package var stored: [ServiceRequest: StoredAnswer] = [:]
        var writer: SnapshotWriter?
    }

    /// Removes and returns an answer of an earlier process. From then on, the cache entry keeps it.
    func recalled(_ request: ServiceRequest) -> Resolution? {
        let stored = recollection.withLockedValue { recollection in
            recollection.stored.isEmpty ? nil : recollection.stored.removeValue(forKey: request)
        }
        return stored.map {
            Resolution(
                .endpoints($0.endpoints),
                source: .cache,
                isComplete: $0.isComplete,
                isStale: true,
                age: $0.age
            )
        }
    }

    /// Reports an answer to the snapshot writer.
    ///
    /// - Parameter old: The good endpoints before the answer.
    package func note(_ slot: CacheSlot, after old: Resolution?) {
        guard let writer = recollection.withLockedValue({ $0.writer }) else { return }
        switch (old, slot.lastGood) {
        case (nil, nil):
            break
        case (let old?, let new?) where EndpointSet.adds(new.endpoints, nothingTo: old.endpoints):
            if new.age < old.age { writer.noteConfirmation() }
        default:
            writer.noteChange()
        }
    }

    /// Records that Consul has confirmed the last result of a watch. The confirmation counts for the snapshot, too: a
    /// service that never changes must not become too old to be used.
    package func confirm(_ slot: CacheSlot) {
        guard slot.confirm() else { return }
        recollection.withLockedValue { $0.writer }?.noteConfirmation()
    }

    /// Writes the last snapshot, and returns when that is done. Nothing is written afterwards.
    package func closeSnapshot() async {
        await recollection.withLockedValue { $0.writer }?.shutdown()
    }

    /// True if there is a snapshot writer.
    var isRecorded: Bool { recollection.withLockedValue { $0.writer != nil } }

    /// Returns the content of a snapshot: the last good answers, and unused answers of an earlier process.
    package func snapshot(at wallClock: Int64) -> [Snapshot.Entry] {
        var entries = recollection.withLockedValue { recollection in
            recollection.stored.map { request, answer in
                Snapshot.Entry(
                    request: request,
                    endpoints: answer.endpoints,
                    givenAt: answer.givenAt,
                    isComplete: answer.isComplete
                )
            }
        }
        forEachSlot { slot in
            guard let good = slot.lastGood else { return }
            entries.append(
                Snapshot.Entry(
                    request: slot.request,
                    endpoints: good.endpoints,
                    givenAt: wallClock - good.age.components.seconds,
                    isComplete: good.isComplete
                )
            )
        }
        return entries
    }
}
