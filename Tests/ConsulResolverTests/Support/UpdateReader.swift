// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport

@testable import ResolutionModel

/// Reads updates one by one, each within a deadline.
final class UpdateReader: Sendable {
    private let updates: WatchedValue<[Resolution?]>
    private let reading: Task<Void, Never>
    private let position = WatchedValue(0)

    init(_ updates: ServiceUpdates) {
        let seen = WatchedValue<[Resolution?]>([])
        self.updates = seen
        reading = Task {
            for await update in updates { seen.update { $0.append(update) } }
            seen.update { $0.append(nil) }
        }
    }

    /// Returns the next update.
    ///
    /// - Throws: ``EndOfUpdates`` at the end of the stream, or an error if no update comes in time.
    func next(within limit: Duration = .seconds(30)) async throws -> Resolution {
        let position = position.update { position in
            defer { position += 1 }
            return position
        }
        let seen = try await updates.wait("update \(position + 1)", within: limit) { $0.count > position }
        guard let update = seen[position] else { throw EndOfUpdates() }
        return update
    }

    /// Stops reading, which ends the update stream.
    func stop() async {
        reading.cancel()
        await reading.value
    }

    /// Returns the next update that is as awaited, and skips others before it.
    func next(
        within limit: Duration = .seconds(30),
        where isAwaited: (Resolution) -> Bool
    ) async throws -> Resolution {
        while true {
            let update = try await next(within: limit)
            if isAwaited(update) { return update }
        }
    }
}

/// The end of an update stream.
struct EndOfUpdates: Error {}
