// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Logging
import NIOConcurrencyHelpers
import TestSupport

/// Calls the body while a registrar runs, and shuts it down.
func withRunning(
    _ registrar: ServiceRegistrar,
    _ body: () async throws -> Void
) async throws {
    let running = Task { try await registrar.run() }
    let result: Result<Void, any Error>
    do { result = .success(try await body()) } catch { result = .failure(error) }
    running.cancel()
    _ = try? await running.value(within: .seconds(60))
    try result.get()
}

extension ServiceRegistrar {
    /// Waits until the status meets a condition.
    func wait(
        for awaited: String,
        within limit: Duration = .seconds(40),
        _ condition: @escaping @Sendable (RegistrationStatus) -> Bool
    ) async throws {
        try await withDeadline(limit, awaited) {
            for await status in self.statuses where condition(status) { return }
        }
    }
}

extension ConsulHTTPClient {
    /// Returns the status of an instance in the catalog, read consistently; `nil` if the catalog does not have it.
    func status(of service: ServiceDescription) async throws -> HealthStatus? {
        var request = ServiceHealthRequest(service.name)
        request.options.consistency = .consistent
        return try await serviceHealth(request).value.first { $0.service.id == service.id }?.aggregatedStatus
    }

    /// Waits until the catalog has an instance with a status.
    func wait(for status: HealthStatus, of service: ServiceDescription, within limit: Duration = .seconds(40))
        async throws
    {
        // An agent that is about to restart fails the read.
        try await eventually("\(service.id) to be \(status)", within: limit) {
            (try? await self.status(of: service)) == status
        }
    }
}

/// The settings of tests: a short shutdown.
let quick: ServiceRegistrar.Configuration = {
    var configuration = ServiceRegistrar.Configuration()
    configuration.followersDelay = .milliseconds(50)
    configuration.presenceInterval = .milliseconds(500)
    configuration.shutdownTimeout = .seconds(12)
    return configuration
}()

/// Keeps the messages of a logger.
struct RecordingLog: LogHandler {
    struct Line: Sendable, Hashable {
        var level: Logger.Level
        var message: String
    }

    let lines: WatchedValue<[Line]>
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    static func make() -> (Logger, WatchedValue<[Line]>) {
        let lines = WatchedValue<[Line]>([])
        return (Logger(label: "test") { _ in RecordingLog(lines: lines) }, lines)
    }

    func log(event: LogEvent) {
        lines.update { $0.append(Line(level: event.level, message: "\(event.message)")) }
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }
}
