// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import ResolverSupport

/// The progress of a read that is in flight, for the hedges beside it.
final class ReadProgress: Sendable {
    private struct State: Sendable {
        var silence = ReadSilence()
        var token: Secret?
        var task: BoundedTask<RawAnswer>?
    }

    private let state = NIOLockedValueBox(State())

    /// Records the token of the request. Without it, no request can be sent, and silence is no sign.
    func begin(with token: Secret?) {
        state.withLockedValue { state in
            state.token = token
            state.silence.progressed(at: .now)
        }
    }

    /// Records the task that sends the request.
    func runs(as task: BoundedTask<RawAnswer>) { state.withLockedValue { $0.task = task } }

    /// Records that the request is sent, or that bytes have arrived.
    func advance() { state.withLockedValue { $0.silence.progressed(at: .now) } }

    /// True if no byte has arrived for some time.
    var isSilent: Bool { state.withLockedValue { $0.silence.remaining(at: .now) } == .zero }

    /// Waits until no byte has arrived for some time.
    ///
    /// - Returns: The token of the request.
    /// - Throws: `CancellationError`.
    func silence() async throws -> Secret? {
        while true {
            let (pause, token) = state.withLockedValue { ($0.silence.remaining(at: .now), $0.token) }
            if pause == .zero { return token }
            try await Task.sleep(for: pause)
        }
    }

    /// Ends the request at once and closes its connection: Consul has answered another one like it.
    func drop() { state.withLockedValue { $0.task }?.cancel() }
}
