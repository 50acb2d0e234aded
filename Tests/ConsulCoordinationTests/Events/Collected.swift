// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport

/// The elements of a sequence, received by a task of its own until it is stopped.
struct Collected<Element: Sendable>: Sendable {
    private struct State: Sendable {
        var elements: [Element] = []
        var isOver = false
    }

    private let state = WatchedValue(State())
    private let task: Task<Void, any Error>

    /// - Parameter take: Called with each element before it counts as received.
    init<Source: AsyncSequence & Sendable>(
        _ source: Source,
        _ take: @escaping @Sendable (Element) async throws -> Void = { _ in }
    ) where Source.Element == Element {
        task = Task { [state] in
            defer { state.update { $0.isOver = true } }
            for try await element in source {
                try await take(element)
                state.update { $0.elements.append(element) }
            }
        }
    }

    var elements: [Element] { state.current.elements }

    /// Waits until the elements meet the condition.
    @discardableResult
    func wait(
        _ awaited: String,
        within limit: Duration = .seconds(40),
        fileID: String = #fileID,
        line: UInt = #line,
        until condition: @escaping @Sendable ([Element]) -> Bool
    ) async throws -> [Element] {
        try await state.wait(awaited, within: limit, fileID: fileID, line: line) { condition($0.elements) }.elements
    }

    /// Waits for the end of the sequence, which its own end or ``stop()`` brings about.
    func waitForEnd(within limit: Duration = .seconds(20)) async throws {
        try await state.wait("the sequence to end", within: limit) { $0.isOver }
    }

    /// Cancels the task and waits for its end.
    func stop() async throws {
        task.cancel()
        try await waitForEnd()
    }
}

extension [EventDelivery] {
    /// The delivered events.
    var events: [ConsulEvent] {
        compactMap { if case .event(let event) = $0 { event } else { nil } }
    }

    /// The number of gaps.
    var gaps: Int { count { if case .gap = $0 { true } else { false } } }

    /// The number of interruptions.
    var interruptions: Int { count { if case .interrupted = $0 { true } else { false } } }
}
