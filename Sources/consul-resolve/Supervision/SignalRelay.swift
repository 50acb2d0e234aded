// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import NIOConcurrencyHelpers
import Synchronization
import UnixSignals

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The signals that this process receives. While its command runs, they are passed on to the command's process group.
/// Before that and after it, a signal that ends a process ends the operation.
final class SignalRelay: Sendable {
    /// The signals that end a process, with their numbers.
    private static let ending: [UnixSignal: Int32] = [
        .sigint: SIGINT, .sigterm: SIGTERM, .sighup: SIGHUP, .sigquit: SIGQUIT,
    ]
    /// Signals that mean something to the command alone.
    private static let others: [UnixSignal: Int32] = [.sigusr1: SIGUSR1, .sigusr2: SIGUSR2, .sigwinch: SIGWINCH]

    /// The process group of the command; 0 while it does not run.
    private let group = Atomic<pid_t>(0)
    private let interception = NIOLockedValueBox<(@Sendable (Int32) async -> Void)?>(nil)

    private init() {}

    /// Runs an operation that waits for Consul and runs a command.
    ///
    /// - Returns: The status of the operation; 128 and the number of the signal that ended it, as shells report it.
    static func run(_ operation: @escaping @Sendable (SignalRelay) async throws -> ExitCode) async throws -> ExitCode {
        let relay = SignalRelay()
        let signals = await UnixSignalsSequence(trapping: Array(ending.keys) + Array(others.keys))
        return try await withThrowingTaskGroup(of: ExitCode.self) { group in
            group.addTask { try await operation(relay) }
            group.addTask { ExitCode(128 + (await relay.relay(signals))) }
            // The first to end decides. The group waits for the other: an operation that a signal ends releases what it
            // holds before this returns.
            defer { group.cancelAll() }
            return try await group.next() ?? ExitStatus.unknown
        }
    }

    /// Passes signals on until one arrives that ends this process.
    ///
    /// - Returns: Its number; 0 if the task was canceled.
    private func relay(_ signals: UnixSignalsSequence) async -> Int32 {
        for await signal in signals {
            let isEnding = Self.ending[signal] != nil
            guard let number = Self.ending[signal] ?? Self.others[signal] else { continue }
            if group.load(ordering: .sequentiallyConsistent) == 0 {
                if isEnding { return number }
            } else if isEnding, let intercept = interception.withLockedValue({ $0.take() }) {
                await intercept(number)
            } else {
                send(number)
            }
        }
        return 0
    }

    /// Sends a signal to the command's process group, if the command runs.
    func send(_ number: Int32) {
        let command = group.load(ordering: .sequentiallyConsistent)
        if command != 0 { kill(-command, number) }
    }

    /// Sets a closure that is called, once, with the first signal that would end the command, instead of passing it on.
    /// Further signals wait until it returns, and are then passed on.
    func intercept(_ closure: @escaping @Sendable (Int32) async -> Void) {
        interception.withLockedValue { $0 = closure }
    }

    /// Passes signals on to a process group from now on.
    func begin(_ command: pid_t) { group.store(command, ordering: .sequentiallyConsistent) }

    /// Ends the passing on of signals.
    func end() { group.store(0, ordering: .sequentiallyConsistent) }
}
