// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// A reader of a sequence in a task of its own, and the elements that it has received.
struct ElementReader<Element: Sendable>: Sendable {
    private let task: Task<Void, Never>
    private let seen = WatchedValue<[Element]>([])
    private let end = WatchedValue<Result<Void, any Error>?>(nil)

    init<Elements: AsyncSequence & Sendable>(_ elements: Elements) where Elements.Element == Element {
        task = Task { [seen, end] in
            do {
                for try await element in elements { seen.update { $0.append(element) } }
                end.update { $0 = .success(()) }
            } catch {
                end.update { $0 = .failure(error) }
            }
        }
    }

    var elements: [Element] { seen.current }

    /// Waits for an element that meets the condition, among those from a position on, and returns the first.
    @discardableResult
    func wait(
        _ awaited: String,
        from position: Int = 0,
        within limit: Duration = .seconds(60),
        fileID: String = #fileID,
        line: UInt = #line,
        where condition: @escaping @Sendable (Element) -> Bool
    ) async throws -> Element {
        let all = try await seen.wait(awaited, within: limit, fileID: fileID, line: line) {
            $0.dropFirst(position).contains(where: condition)
        }
        return try #require(all.dropFirst(position).first(where: condition))
    }

    /// Waits until this many elements have arrived.
    func wait(count: Int, fileID: String = #fileID, line: UInt = #line) async throws {
        try await seen.wait("element \(count)", within: .seconds(60), fileID: fileID, line: line) { $0.count >= count }
    }

    /// Waits for the end of the sequence.
    func waitForEnd(fileID: String = #fileID, line: UInt = #line) async throws -> Result<Void, any Error> {
        let end = try await end.wait("the end", within: .seconds(60), fileID: fileID, line: line) { $0 != nil }
        return try #require(end)
    }

    /// Cancels the reader and waits until it has ended.
    func cancel(fileID: String = #fileID, line: UInt = #line) async throws {
        task.cancel()
        try await withDeadline(.seconds(20), "a canceled reader", fileID: fileID, line: line) { await task.value }
    }
}
