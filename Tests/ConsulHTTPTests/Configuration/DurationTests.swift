// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct DurationTests {
    private typealias Configuration = ConsulHTTPClient.Configuration

    static let extremes: [Duration] = [
        .seconds(Int64.max), .seconds(Int64.min), .seconds(Int64.max / 1000), .seconds(1 << 40), .seconds(-1), .zero,
        .nanoseconds(1),
    ]

    /// All durations of a configuration, by their paths in a mirror.
    private static let settings: [String: @Sendable (inout Configuration, Duration) -> Void] = [
        "connectTimeout": { $0.connectTimeout = $1 },
        "requestTimeout": { $0.requestTimeout = $1 },
        "connections.idleTimeout": { $0.connections.idleTimeout = $1 },
        "retry.initialDelay": { $0.retry.initialDelay = $1 },
        "retry.maximumDelay": { $0.retry.maximumDelay = $1 },
    ]

    private func durations(in value: Any, path: String = "") -> [String] {
        if value is Duration || type(of: value) == Duration?.self { return [path] }
        return Mirror(reflecting: value).children.flatMap { child in
            durations(in: child.value, path: [path, child.label ?? ""].filter { !$0.isEmpty }.joined(separator: "."))
        }
    }

    @Test func `The list of the configuration's durations is complete`() {
        #expect(Set(durations(in: Configuration())) == Set(Self.settings.keys))
        #expect(durations(in: ReadOptions()) == ["maxStale"])
    }

    /// Answers every other request with an error, so that retries and their pauses occur.
    private static func script(_ request: ScriptedHTTPRequest) -> [ScriptedHTTPStep] {
        request.sequence.isMultiple(of: 2) ? [.reply(.failure(503, "busy"))] : [.reply(.json("[]"))]
    }

    private func expectNoTrap(_ body: () async throws -> Void) async {
        do { try await body() } catch { #expect(error is ConsulHTTPError) }
    }

    @Test(arguments: extremes)
    func `Durations of any size in a configuration do not trap`(duration: Duration) async throws {
        try await withScriptedHTTPServer(script: Self.script) { server in
            for (name, set) in Self.settings {
                try await withConsul(port: server.port, configure: { set(&$0, duration) }) { client in
                    // Except for pauses of a year, which exceed the deadline.
                    await expectNoTrap { _ = try await client.read(.nodes) }
                    await expectNoTrap { _ = try await client.longPoll(.nodes, index: 1, wait: .milliseconds(1)) }
                    await expectNoTrap { _ = try await client.write(WriteRequest(.put, RequestPath("/v1/kv/a"))) }
                    let watch = client.watchServiceHealth(ServiceHealthRequest("web"))
                    let watcher = Task { for try await _ in watch { break } }
                    _ = try await watcher.value(within: .seconds(20))
                    #expect(client.configuration.address.description.isEmpty == false, "\(name)")
                }
            }
        }
    }

    @Test(arguments: extremes)
    func `Durations of any size as time limits of one call do not trap`(duration: Duration) async throws {
        try await withScriptedHTTPServer(script: { _ in [.reply(.json("[]"))] }) { server in
            try await withConsul(port: server.port) { client in
                await expectNoTrap { _ = try await client.read(.nodes, timeout: duration) }
                await expectNoTrap { _ = try await client.longPoll(.nodes, index: 1, wait: duration) }
                var request = ReadRequest.nodes
                request.options.consistency = .stale
                request.options.maxStale = duration
                let status = try await client.read(request).status
                #expect(status == 200)
            }
        }
    }

    @Test(arguments: extremes)
    func `Durations of any size are written as valid Go durations`(duration: Duration) {
        let read = Duration(goText: duration.goText)
        #expect(read.map { $0 > .zero } == true, "\(duration.goText)")
    }
}
