// SPDX-License-Identifier: Apache-2.0

/// Requests at a constant rate, and the death of a server in the middle.
struct Load: Sendable, CustomStringConvertible {
    /// One request, as its caller sees it.
    struct Sample: Sendable {
        /// The time at which the request was due, counted from the death of the server.
        let due: Duration
        /// The time from then on until the answer or the error.
        let time: Duration
        let isAnswered: Bool
    }

    let requestsPerSecond: Int
    let before = Duration.seconds(4)
    let after = Duration.seconds(4)

    var description: String {
        "\(requestsPerSecond) requests a second to 3 servers, one of which dies after \(before)"
    }

    /// Sends each request when it is due, without waiting for earlier ones, because users do not wait for each other
    /// either.
    func run(_ caller: Caller, killing kill: @escaping @Sendable () async -> Void) async -> [Sample] {
        let clock = ContinuousClock()
        let death = clock.now + before
        async let killed: Void = {
            try? await clock.sleep(until: death)
            await kill()
        }()
        let samples = await withTaskGroup(of: Sample.self) { group in
            let interval = Duration.seconds(1) / requestsPerSecond
            for number in 0..<Int((before + after) / interval) {
                let due = interval * number - before
                try? await clock.sleep(until: death + due)
                group.addTask {
                    let isAnswered = await caller.call()
                    return Sample(due: due, time: death.duration(to: clock.now) - due, isAnswered: isAnswered)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        await killed
        return samples
    }
}
