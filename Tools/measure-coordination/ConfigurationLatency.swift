// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport

/// The time from a write to the delivery of the configuration that it belongs to.
enum ConfigurationLatency {
    private static let changes = 500
    /// The pause between two changes. A watch sends at most ten queries a second in the long run.
    private static let pause = Duration.milliseconds(150)

    private struct Settings: Decodable, Sendable {
        var number: Int
    }

    @Sendable static func run() async throws -> [Figure] {
        var figures: [Figure] = []
        for quietTime in [ConfigurationOptions().quietTime, .zero] {
            var options = ConfigurationOptions()
            options.quietTime = quietTime
            let times = Times(try await measure(options))
            figures.append(
                Figure(
                    subject:
                        "a key is changed until the configuration is delivered, quiet time \(quietTime.milliseconds)",
                    value: "median \(times.median.milliseconds), p99 \(times.percentile(0.99).milliseconds) "
                        + "(\(times.count) changes)",
                    aim: "p99 at most 20 ms"
                )
            )
        }
        return figures
    }

    private static func measure(_ options: ConfigurationOptions) async throws -> [Duration] {
        try await withConsulAgent { agent in
            try await withConsul(port: agent.ports.http) { consul in
                let store = consul.keyValues
                try await store.set("settings/number", "0".utf8)
                let source = try ConfigurationSource.prefix("settings")
                var updates = store.configuration(Settings.self, in: source, options: options).makeAsyncIterator()
                var times: [Duration] = []
                for number in 1...changes {
                    // The first value is there before the first change.
                    if number == 1 { _ = try await updates.next() }
                    try await Task.sleep(for: pause)
                    let start = ContinuousClock.now
                    try await store.set("settings/number", String(number).utf8)
                    while let update = try await updates.next(), update.value?.number != number {}
                    times.append(start.duration(to: .now))
                }
                return times
            }
        }
    }
}
