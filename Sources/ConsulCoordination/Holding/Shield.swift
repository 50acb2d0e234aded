// SPDX-License-Identifier: Apache-2.0

package import ResolverSupport

/// Runs work in a task that the cancellation of the caller does not reach, and waits for it: a holder whose caller is
/// canceled still has to stop its body in order, to renew the session until then, and to release.
///
/// - Parameter work: The work. Its argument is sent when the caller is canceled, and before the work begins if the caller
///   has been canceled already.
package func shielded<Output: Sendable>(
    _ work: @escaping @Sendable (_ cancellation: Signal<Void>) async throws -> Output
) async throws -> Output {
    let cancellation = Signal<Void>()
    if Task.isCancelled { cancellation.send(()) }
    let task = Task { try await work(cancellation) }
    return try await withTaskCancellationHandler {
        try await task.value
    } onCancel: {
        cancellation.send(())
    }
}

/// Runs work in a child task that is canceled when the signal is sent, and waits for its end. After the signal, the work
/// does not begin: on a busy machine, it could end before the task that waits for the signal runs.
package func running<Output: Sendable>(
    until signal: Signal<some Sendable>,
    _ work: @escaping @Sendable () async throws -> Output
) async -> Result<Output, any Error> {
    guard signal.current == nil else { return .failure(CancellationError()) }
    return await withTaskGroup(of: Result<Output, any Error>?.self) { group in
        group.addTask {
            do { return .success(try await work()) } catch { return .failure(error) }
        }
        group.addTask {
            _ = await signal.wait()
            return nil
        }
        var result: Result<Output, any Error>?
        while let end = await group.next() {
            result = end ?? result
            group.cancelAll()
        }
        return result ?? .failure(CancellationError())
    }
}

extension LiveSession {
    /// Creates a session, calls the body while renewing it, and destroys it however the body ends.
    ///
    /// The end of the session does not cancel the body: ``Holding`` does, and a body that only waits for a lock goes on
    /// with another session. Canceling the caller cancels the body; the session is renewed until the body has ended.
    ///
    /// - Parameter deadline: The time until which the session has to be created; `nil` for the client's time limit.
    /// - Throws: As ``open(_:in:until:time:)``; the error of the body.
    package static func run<Output: Sendable>(
        _ options: SessionOptions,
        in store: SessionStore,
        openedBy deadline: Deadline? = nil,
        time: TimeSource = .continuous,
        body: @escaping @Sendable (LiveSession) async throws -> Output
    ) async throws -> Output {
        try await shielded { cancellation in
            let session = try await running(until: cancellation) {
                try await open(options, in: store, until: deadline, time: time)
            }.get()
            let result = await withTaskGroup(of: Result<Output, any Error>?.self) { group in
                group.addTask {
                    await session.keep()
                    return nil
                }
                group.addTask { await running(until: cancellation) { try await body(session) } }
                var result: Result<Output, any Error>?
                while let end = await group.next() {
                    guard let end else { continue }
                    result = end
                    group.cancelAll()
                }
                return result ?? .failure(CancellationError())
            }
            await session.close()
            return try result.get()
        }
    }
}
