// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// The state of a registration, for diagnostics.
public struct RegistrationStatus: Hashable, Sendable {
    /// Phases of a registration. More may be added.
    public struct Phase: Hashable, Sendable, CustomStringConvertible {
        /// The name of the phase.
        public let description: String

        init(_ description: String) { self.description = description }

        /// The service is not registered yet, or the agent forgot it.
        public static let registering = Phase("registering")
        /// The agent has the service, as of the last answer.
        public static let registered = Phase("registered")
        /// Another process has registered a service with the same id. This one is registered again when that one is
        /// gone.
        public static let superseded = Phase("superseded")
        /// Shutdown has begun.
        public static let shuttingDown = Phase("shuttingDown")
        /// Shutdown has ended.
        public static let ended = Phase("ended")
    }

    /// The phase.
    public internal(set) var phase = Phase.registering

    /// The reason that the last request failed; `nil` if it succeeded.
    public internal(set) var problem: String?

    /// The names of other nodes that list an instance of the service with the same address and port, as of the last
    /// registration. Callers count it as a second instance.
    public internal(set) var duplicates: [String] = []
}

/// A status with subscribers, each of which receives the newest one. One task updates it.
final class StatusBroadcast: Sendable {
    private typealias Continuation = AsyncStream<RegistrationStatus>.Continuation

    private struct State: Sendable {
        var status = RegistrationStatus()
        var subscribers: [UInt64: Continuation] = [:]
        var next: UInt64 = 0
        var isFinished = false
    }

    private let state = NIOLockedValueBox(State())

    var current: RegistrationStatus { state.withLockedValue { $0.status } }

    /// Changes the status.
    ///
    /// - Returns: The status before.
    @discardableResult
    func update(_ change: (inout RegistrationStatus) -> Void) -> RegistrationStatus {
        let (before, after, subscribers) = state.withLockedValue { state in
            let before = state.status
            change(&state.status)
            return (before, state.status, before == state.status ? [] : Array(state.subscribers.values))
        }
        for subscriber in subscribers { subscriber.yield(after) }
        return before
    }

    /// Ends all sequences.
    func finish() {
        let subscribers = state.withLockedValue { state in
            state.isFinished = true
            defer { state.subscribers = [:] }
            return Array(state.subscribers.values)
        }
        for subscriber in subscribers { subscriber.finish() }
    }

    /// Returns a sequence of the current status and each later one.
    func subscribe() -> AsyncStream<RegistrationStatus> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: RegistrationStatus.self,
            bufferingPolicy: .bufferingNewest(1)
        )
        let (id, isFinished) = state.withLockedValue { state in
            // No task waits for the stream yet, so no task is resumed under the lock.
            continuation.yield(state.status)
            state.next += 1
            if !state.isFinished { state.subscribers[state.next] = continuation }
            return (state.next, state.isFinished)
        }
        if isFinished { continuation.finish() }
        continuation.onTermination = { [weak self] _ in
            _ = self?.state.withLockedValue { $0.subscribers.removeValue(forKey: id) }
        }
        return stream
    }
}
