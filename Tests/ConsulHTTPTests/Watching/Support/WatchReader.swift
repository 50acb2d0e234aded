// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulHTTP

/// A subscriber in a task of its own, and the updates that it has received.
struct WatchReader<Value: Sendable>: Sendable {
    typealias End = Result<Void, ConsulHTTPError>

    let task: Task<Void, Never>
    private let seen = WatchedValue<[WatchUpdate<Value>]>([])
    private let end = WatchedValue<End?>(nil)

    /// Subscribes at once and reads from then on.
    init(_ watch: ConsulWatch<Value>) {
        let subscribed = watch.makeAsyncIterator()
        task = Task { [seen, end] in
            var iterator = subscribed
            do throws(ConsulHTTPError) {
                while let update = try await iterator.next() { seen.update { $0.append(update) } }
                end.update { $0 = .success(()) }
            } catch {
                end.update { $0 = .failure(error) }
            }
        }
    }

    var updates: [WatchUpdate<Value>] { seen.current }

    /// Waits for this number of updates and returns the last of them.
    @discardableResult
    func waitForUpdates(
        _ count: Int,
        fileID: String = #fileID,
        line: UInt = #line
    ) async throws -> WatchUpdate<Value> {
        let updates = try await seen.wait("update \(count)", within: .seconds(20), fileID: fileID, line: line) {
            $0.count >= count
        }
        return updates[count - 1]
    }

    /// Waits for an update that meets the condition.
    func waitForUpdate(
        _ awaited: String,
        within limit: Duration = .seconds(60),
        fileID: String = #fileID,
        line: UInt = #line,
        where condition: @escaping @Sendable (WatchUpdate<Value>) -> Bool
    ) async throws {
        try await seen.wait(awaited, within: limit, fileID: fileID, line: line) { $0.contains(where: condition) }
    }

    /// Waits for the end of the iteration.
    func waitForEnd(fileID: String = #fileID, line: UInt = #line) async throws -> End {
        let end = try await end.wait("the end", within: .seconds(20), fileID: fileID, line: line) { $0 != nil }
        return end ?? .success(())
    }

    /// Cancels the consumer and waits until it has left.
    func cancel(fileID: String = #fileID, line: UInt = #line) async throws {
        task.cancel()
        try await withDeadline(.seconds(20), "a canceled reader", fileID: fileID, line: line) { await task.value }
    }
}
