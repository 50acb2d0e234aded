// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// Waits for work that ends soon as a rule, and that may never end: a file system that hangs, or a closure of the user's that
/// ignores its cancellation.
enum BoundedWait {
    /// Does the work in a task of its own, and returns when it has ended or the time is up. Work that has not ended goes on.
    ///
    /// The caller's cancellation ends neither: an orderly end is wanted most by a task that was cancelled.
    ///
    /// - Returns: Whether the work has ended.
    static func run(atMost limit: Duration, _ work: @escaping @Sendable () async -> Void) async -> Bool {
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Bool, Never>) in
            let waiter = NIOLockedValueBox<UnsafeContinuation<Bool, Never>?>(continuation)
            let settle: @Sendable (Bool) -> Void = { hasEnded in
                let continuation = waiter.withLockedValue { waiter in
                    defer { waiter = nil }
                    return waiter
                }
                continuation?.resume(returning: hasEnded)
            }
            let timer = Task {
                if (try? await Task.sleep(for: limit)) != nil { settle(false) }
            }
            Task {
                await work()
                timer.cancel()
                settle(true)
            }
        }
    }
}
