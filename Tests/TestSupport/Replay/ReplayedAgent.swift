// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// An agent of a version that need not be installed: it answers HTTP requests and DNS queries from a recording.
///
/// Each request gets the next answer recorded for the same request; the last one repeats. A request that was not
/// recorded gets 404 over HTTP and no answer over DNS.
public final class ReplayedAgent: Sendable {
    private struct Positions: Sendable {
        var http: [[String]: Int] = [:]
        var dns: [[String]: Int] = [:]
        var firstExchange = 0
        var firstAnswer = 0
    }

    /// The recording that the answers come from.
    public let recording: Recording
    /// The HTTP API.
    public let http: ScriptedHTTPServer
    /// DNS, over both transports.
    public let dns: ScriptedDNSServer

    private let positions = NIOLockedValueBox(Positions())

    private init(recording: Recording, http: ScriptedHTTPServer, dns: ScriptedDNSServer) {
        self.recording = recording
        self.http = http
        self.dns = dns
    }

    /// Starts an agent on free ports.
    public static func start(_ recording: Recording) async throws -> ReplayedAgent {
        let http = try await ScriptedHTTPServer.start { _ in [] }
        let dns = try await ScriptedDNSServer.start { _ in [] }
        let agent = ReplayedAgent(recording: recording, http: http, dns: dns)
        http.setScript { [weak agent] in agent?.answer($0) ?? [] }
        dns.setScript { [weak agent] in agent?.answer($0) ?? [] }
        return agent
    }

    /// Continues from the first recorded exchange or answer with this description.
    public func rewind(to about: String) throws {
        let exchange = recording.http.firstIndex { $0.about == about }
        let answer = recording.dns.firstIndex { $0.about == about }
        guard exchange != nil || answer != nil else {
            throw Recording.Unreadable(
                version: recording.consul,
                reason: "no exchange and no answer has the description \"\(about)\""
            )
        }
        positions.withLockedValue { $0 = Positions(firstExchange: exchange ?? 0, firstAnswer: answer ?? 0) }
    }

    /// Closes the ports and every connection.
    public func stop() async {
        await http.stop()
        await dns.stop()
    }

    private func answer(_ request: ScriptedHTTPRequest) -> [ScriptedHTTPStep] {
        let key = RecordedExchange.key(method: request.method, target: request.target)
        let found: RecordedExchange? = positions.withLockedValue { positions in
            let same = recording.http[positions.firstExchange...].filter { $0.key == key }
            defer { positions.http[key, default: 0] += 1 }
            return same.isEmpty ? nil : same[min(positions.http[key, default: 0], same.count - 1)]
        }
        guard let found else { return [.reply(ConsulReply(404, body: Array("not recorded\n".utf8)))] }
        return [.reply(found.reply)]
    }

    private func answer(_ query: ScriptedQuery) -> [ScriptedStep] {
        let key = [query.name, "\(query.type)", "\(query.transport)", "\(query.ednsSize ?? 0)"]
        let found: RecordedAnswer? = positions.withLockedValue { positions in
            let same = recording.dns[positions.firstAnswer...].filter { $0.answers(query) }
            defer { positions.dns[key, default: 0] += 1 }
            return same.isEmpty ? nil : same[min(positions.dns[key, default: 0], same.count - 1)]
        }
        guard let message = found?.message else { return [] }
        // The answer carries the query's transaction ID.
        return [.send(Array(query.bytes.prefix(2)) + message.dropFirst(2))]
    }
}

/// Starts an agent that replays the recording, calls the body with it, and stops it however the body ends.
public func withReplayedAgent<Output>(
    version: String,
    isolation: isolated (any Actor)? = #isolation,
    _ body: (ReplayedAgent) async throws -> Output
) async throws -> Output {
    let agent = try await ReplayedAgent.start(Recording(version: version))
    return try await use(agent, in: body) { await $0.stop() }
}
