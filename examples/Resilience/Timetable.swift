// SPDX-License-Identifier: Apache-2.0

import ExampleServers

/// The times at which requests are sent, and at which the trouble begins and ends.
struct Timetable: Sendable, CustomStringConvertible {
    enum Phase {
        case before
        case during
        case after
    }

    let before: Duration
    let during: Duration
    let after: Duration
    let requestsPerSecond = 200

    init(scale: Double) {
        (before, during, after) = (.seconds(2) * scale, .seconds(8) * scale, .seconds(5) * scale)
    }

    var description: String {
        "\(requestsPerSecond) requests a second: \(before) with all servers well, \(during) of trouble, \(after) afterwards"
    }

    /// Sends each request when it is due, without waiting for earlier ones, because users do not wait for each other
    /// either. So the time of a request counts from when it was due.
    func run(_ trouble: Trouble, on server: WebServer, _ caller: BalancedClient) async throws -> [Sample] {
        let clock = ContinuousClock()
        let start = clock.now
        async let troubled: Void = bring(trouble, on: server, from: start)
        let samples = await withTaskGroup(of: Sample.self) { group in
            let interval = Duration.seconds(1) / requestsPerSecond
            for number in 0..<Int((before + during + after) / interval) {
                let offset = interval * number
                try? await clock.sleep(until: start + offset)
                group.addTask {
                    let (asked, isAnswered) = await caller.get()
                    let time = start.duration(to: clock.now) - offset
                    return Sample(phase: phase(at: offset), asked: asked, isAnswered: isAnswered, time: time)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        try await troubled
        return samples
    }

    private func bring(_ trouble: Trouble, on server: WebServer, from start: ContinuousClock.Instant) async throws {
        try await Task.sleep(until: start + before)
        await trouble.begin(on: server)
        try await Task.sleep(until: start + before + during)
        try await trouble.end(on: server)
    }

    private func phase(at offset: Duration) -> Phase {
        offset < before ? .before : offset < before + during ? .during : .after
    }
}
