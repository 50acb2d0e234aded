// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// What the cache has to do with the file that outlives it.
extension AnswerCache {
    /// What an earlier process knew, and who writes down what this one does.
    struct Recollection: Sendable {
        /// Answers that nobody has asked for yet in this process. They are written again until somebody does.
        var stored: [ServiceRequest: StoredAnswer] = [:]
        var writer: SnapshotWriter?
    }

    /// What an earlier process knew. It is the entry's to keep from now on.
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

    /// Tells whoever writes it down that there has been an answer.
    ///
    /// - Parameter old: The good endpoints before.
    func note(_ service: CachedService, after old: Resolution?) {
        guard let writer = recollection.withLockedValue({ $0.writer }) else { return }
        switch (old, service.lastGood) {
        case (nil, nil):
            break
        case (let old?, let new?) where EndpointSet.adds(new.endpoints, nothingTo: old.endpoints):
            if new.age < old.age { writer.noteConfirmation() }
        default:
            writer.noteChange()
        }
    }

    /// Takes note that Consul has confirmed what it told a watch last. It counts for the snapshot, too: a service that never
    /// changes must not become too old to be used.
    func confirm(_ service: CachedService) {
        guard service.confirm() else { return }
        recollection.withLockedValue { $0.writer }?.noteConfirmation()
    }

    /// Whether anybody writes down what is known.
    var isRecorded: Bool { recollection.withLockedValue { $0.writer != nil } }

    /// What is worth writing down: the last good answers, and what an earlier process has left.
    func snapshot(at wallClock: Int64) -> [Snapshot.Entry] {
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
        forEachService { service in
            guard let good = service.lastGood else { return }
            entries.append(
                Snapshot.Entry(
                    request: service.request,
                    endpoints: good.endpoints,
                    givenAt: wallClock - good.age.components.seconds,
                    isComplete: good.isComplete
                )
            )
        }
        return entries
    }
}
