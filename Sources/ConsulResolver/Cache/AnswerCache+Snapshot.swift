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

    /// Has an entry remember what an earlier process knew of it.
    func recall(_ service: CachedService) {
        let stored = recollection.withLockedValue { $0.stored.removeValue(forKey: service.request) }
        guard let stored else { return }
        service.recall(
            Resolution(
                .endpoints(stored.endpoints),
                source: .cache,
                isComplete: stored.isComplete,
                isStale: true,
                age: stored.age
            )
        )
    }

    /// Tells whoever writes it down that there has been an answer.
    ///
    /// - Parameter old: What was believed before.
    func note(_ service: CachedService, after old: Resolution?) {
        guard let writer = recollection.withLockedValue({ $0.writer }) else { return }
        let known = service.current
        guard let known, !known.endpoints.isEmpty, let old, EndpointSet.areEqual(old.endpoints, known.endpoints) else {
            return writer.noteChange()
        }
        if !known.isStale { writer.noteConfirmation() }
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
