// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NIOConcurrencyHelpers
import ResolverSupport

/// The health of an instance, as the instance itself sees it.
public struct ServiceHealth: Hashable, Sendable {
    let status: HealthStatus

    /// A text for people, which Consul keeps as the output of the check. Consul tells watchers of a change of the text
    /// alone only minutes later.
    package let output: String

    /// The instance works.
    public static let passing = passing("")

    /// The instance works.
    public static func passing(_ output: String) -> ServiceHealth { ServiceHealth(status: .passing, output: output) }

    /// The instance works, but should get fewer connections: it is overloaded, for example. Consul lists it with the
    /// weight for warnings.
    public static func warning(_ output: String) -> ServiceHealth { ServiceHealth(status: .warning, output: output) }

    /// The instance cannot work. Consul no longer lists it.
    public static func critical(_ output: String) -> ServiceHealth {
        ServiceHealth(status: .critical, output: output)
    }
}

/// Calls a health closure with a time limit, one call at a time. A closure that does not return delays no heartbeat.
final class HealthProbe: Sendable {
    private struct State: Sendable {
        /// The start of the call that has not ended; `nil` while the closure does not run.
        var running: Moment?
    }

    private let closure: @Sendable () async throws -> ServiceHealth
    private let patience: Duration
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - patience: The time after which a call that has not returned makes the instance critical; before, it is a
    ///     warning.
    ///   - closure: The closure.
    init(patience: Duration, _ closure: @escaping @Sendable () async throws -> ServiceHealth) {
        (self.patience, self.closure) = (patience, closure)
    }

    /// Returns the result of the closure: its health, critical if it throws, a warning if it does not return within the
    /// limit, and critical once it has not returned for too long.
    func health(within limit: Duration) async -> ServiceHealth {
        let now = Moment.now
        let earlier = state.withLockedValue { state in
            defer { state.running = state.running ?? now }
            return state.running
        }
        // The call of an earlier heartbeat still runs. A second one would only add to whatever delays it.
        if let earlier { return late(since: earlier) }
        let call = BoundedTask<ServiceHealth> { [state] in state.withLockedValue { $0.running = nil } }
        do {
            return try await call.run(until: Deadline(in: limit)) { [closure] _ in try await closure() }
        } catch is Deadline.Passed {
            return late(since: now)
        } catch {
            return .critical("the health of the instance cannot be determined: \(error)")
        }
    }

    private func late(since start: Moment) -> ServiceHealth {
        let time = start.duration(to: .now)
        let text = "the health closure has not returned for \(time.components.seconds) s"
        return time < patience ? .warning(text) : .critical(text)
    }
}
