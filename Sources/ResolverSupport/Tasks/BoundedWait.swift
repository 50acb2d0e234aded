// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// A wait with a limit, for work that usually ends soon and that may never end: a file system that hangs, or a closure
/// of the user's that ignores its cancellation.
package enum BoundedWait {
    /// Runs the work in a task of its own, and returns when it has ended or the limit has passed. Work that has not
    /// ended goes on.
    ///
    /// Canceling the caller ends neither the wait nor the work: a canceled task needs an orderly shutdown most of all.
    ///
    /// - Returns: True if the work has ended.
    package static func run(atMost limit: Duration, _ work: @escaping @Sendable () async -> Void) async -> Bool {
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
