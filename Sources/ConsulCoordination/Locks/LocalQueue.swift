// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import ResolverSupport

/// The tasks of this process that want the same key through the same client, in the order in which they came. Only the
/// first one creates a session and contends with other processes, so that fifty tasks send no more requests than one.
final class LocalQueue: Sendable {
    /// The queue of this process.
    static let shared = LocalQueue()

    /// The identity of a line. A task in the line keeps the client alive, so its identity is not reused.
    fileprivate struct Line: Hashable, Sendable {
        let client: ObjectIdentifier
        let datacenter: String?
        let key: String
    }

    /// A task's place in its lines.
    final class Place: Sendable {
        fileprivate let turn = Signal<Void>()
        private let line: Line
        private let queue: LocalQueue

        fileprivate init(_ line: Line, in queue: LocalQueue) {
            (self.line, self.queue) = (line, queue)
        }

        /// Gives the turn to the next task. Repeated calls have no effect.
        func leave() {
            queue.leave(self, line)
        }
    }

    private let lines = NIOLockedValueBox<[Line: [Place]]>([:])

    init() {}

    /// True if no task holds or awaits a turn.
    var isEmpty: Bool { lines.withLockedValue { $0.isEmpty } }

    /// Takes the last place in the line of a key.
    ///
    /// - Returns: The place, and true if it is this task's turn at once.
    func enter(_ key: String, _ client: ConsulHTTPClient, _ datacenter: String?) -> (place: Place, isFirst: Bool) {
        let line = Line(client: ObjectIdentifier(client), datacenter: datacenter, key: key)
        let place = Place(line, in: self)
        let isFirst = lines.withLockedValue { lines in
            lines[line, default: []].append(place)
            return lines[line]?.count == 1
        }
        if isFirst { place.turn.send(()) }
        return (place, isFirst)
    }

    /// Waits for the turn of a place. The place is left if the wait fails.
    ///
    /// - Throws: `Deadline.Passed`; `CancellationError`.
    func wait(at place: Place, until deadline: Deadline?) async throws {
        do {
            try await BoundedTask<Void>().run(until: deadline ?? Deadline(in: .longestTime)) { _ in
                if await place.turn.wait() == nil { throw CancellationError() }
            }
        } catch {
            place.leave()
            throw error
        }
    }

    private func leave(_ place: Place, _ line: Line) {
        let next = lines.withLockedValue { lines -> Place? in
            guard let index = lines[line]?.firstIndex(where: { $0 === place }) else { return nil }
            lines[line]?.remove(at: index)
            if lines[line]?.isEmpty == true { lines[line] = nil }
            return index == 0 ? lines[line]?.first : nil
        }
        next?.turn.send(())
    }
}
