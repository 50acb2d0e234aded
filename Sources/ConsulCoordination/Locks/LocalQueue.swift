// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import ResolverSupport

/// The tasks of this process that want the same keys through the same client. For each key, one task has the turn: it
/// alone creates a session and contends with other processes, so that fifty tasks send no more requests than one.
///
/// A task gets the turns of all of its keys at once, and holds none while it waits. Otherwise a task that waits for two
/// keys would block the holder of one of them, whose body wants the other. Tasks that want the same keys get their turns
/// in the order in which they came; one that wants several keys may be overtaken by tasks that want fewer of them.
final class LocalQueue: Sendable {
    /// The queue of this process.
    static let shared = LocalQueue()

    /// The identity of a key. A task with a place keeps the client alive, so its identity is not reused.
    fileprivate struct Key: Hashable, Sendable {
        let client: ObjectIdentifier
        let datacenter: String?
        let name: String
    }

    /// A task's place in the lines of its keys.
    final class Place: Sendable {
        fileprivate let turn = Signal<Void>()
        fileprivate let keys: [Key]
        private let queue: LocalQueue

        fileprivate init(_ keys: [Key], in queue: LocalQueue) {
            (self.keys, self.queue) = (keys, queue)
        }

        /// Gives the turns to the next tasks. Repeated calls have no effect.
        func leave() {
            queue.leave(self)
        }
    }

    private let lines = NIOLockedValueBox(Lines())

    init() {}

    /// True if no task holds or awaits a turn.
    var isEmpty: Bool { lines.withLockedValue { $0.isEmpty } }

    /// Takes the last place in the lines of keys.
    ///
    /// - Parameter keys: The keys, each once.
    /// - Returns: The place, and true if it is this task's turn at once.
    func enter(_ keys: [String], _ client: ConsulHTTPClient, _ datacenter: String?) -> (place: Place, isFirst: Bool) {
        let keys = keys.map { Key(client: ObjectIdentifier(client), datacenter: datacenter, name: $0) }
        let place = Place(keys, in: self)
        let isFirst = lines.withLockedValue { $0.enter(place) }
        if isFirst { place.turn.send(()) }
        return (place, isFirst)
    }

    /// Waits for the turn of a place. The place is left if the wait fails.
    ///
    /// - Throws: `Deadline.Passed`; `CancellationError`.
    func wait(at place: Place, until deadline: Deadline?) async throws {
        do {
            try await BoundedTask<Void>().run(until: deadline) { _ in
                if await place.turn.wait() == nil { throw CancellationError() }
            }
        } catch {
            place.leave()
            throw error
        }
    }

    private func leave(_ place: Place) {
        for next in lines.withLockedValue({ $0.leave(place) }) { next.turn.send(()) }
    }
}

extension LocalQueue {
    /// The places that have a turn, and those that wait for it.
    private struct Lines: Sendable {
        private var turns: [Key: Place] = [:]
        /// The places that wait for each key, in the order in which they came.
        private var waiting: [Key: [Place]] = [:]

        var isEmpty: Bool { turns.isEmpty && waiting.isEmpty }

        /// - Returns: True if the place has its turn.
        mutating func enter(_ place: Place) -> Bool {
            guard isFree(place) else {
                for key in place.keys { waiting[key, default: []].append(place) }
                return false
            }
            begin(place)
            return true
        }

        /// - Returns: The places that have their turn now.
        mutating func leave(_ place: Place) -> [Place] {
            removeWaiting(place)
            guard let key = place.keys.first, turns[key] === place else { return [] }
            for key in place.keys { turns[key] = nil }
            var next: [Place] = []
            for key in place.keys {
                guard let place = waiting[key]?.first(where: isFree) else { continue }
                begin(place)
                next.append(place)
            }
            return next
        }

        private func isFree(_ place: Place) -> Bool { place.keys.allSatisfy { turns[$0] == nil } }

        private mutating func begin(_ place: Place) {
            removeWaiting(place)
            for key in place.keys { turns[key] = place }
        }

        private mutating func removeWaiting(_ place: Place) {
            for key in place.keys {
                guard let index = waiting[key]?.firstIndex(where: { $0 === place }) else { continue }
                waiting[key]?.remove(at: index)
                if waiting[key]?.isEmpty == true { waiting[key] = nil }
            }
        }
    }
}
