// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulResolver
@testable import ResolverSupport

/// A time source that the test moves.
struct ManualTime: Sendable {
    let clock: ManualClock
    let source: TimeSource

    init() {
        clock = ManualClock()
        source = TimeSource(clock)
    }

    var now: Moment { source.now() }

    /// Advances the clock whenever a task waits for it, while `body` runs.
    func flow<Output>(
        by step: Duration,
        isolation: isolated (any Actor)? = #isolation,
        _ body: () async throws -> Output
    ) async throws -> Output {
        let driver = Task {
            while !Task.isCancelled {
                try await clock.waitForSleepers(1, within: .seconds(60))
                clock.advance(by: step)
            }
        }
        let result: Result<Output, any Error>
        do { result = .success(try await body()) } catch { result = .failure(error) }
        driver.cancel()
        _ = await driver.result
        return try result.get()
    }
}
