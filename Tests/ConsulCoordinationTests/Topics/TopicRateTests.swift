// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import TestSupport
import Testing

/// Measures the cost of a topic, and prints it: `swift test --filter TopicRateTests`.
struct TopicRateTests {
    private static let count = 200

    @Test func `A topic of three servers takes one write a message, and a write for up to 32 messages together`()
        async throws
    {
        try await withConsulCluster { cluster in
            try await withConsul(cluster.servers[0]) { consul in
                // The yardstick: writes of one key, each after the answer to the one before.
                let plain = try await ContinuousClock().measure {
                    for _ in 0..<Self.count {
                        _ = try await consul.keyValues.commit([.set("rates/plain", [1])])
                        _ = try await consul.keyValues.commit([.set("rates/plain", [2])])
                    }
                }
                let topic = try Topic(consul, "rates/topic")
                let received = Collected(try await topic.subscribe())
                let start = ContinuousClock.now
                for number in 0..<Self.count { try await topic.publish([UInt8(truncatingIfNeeded: number)]) }
                let single = start.duration(to: .now)
                try await received.wait("all messages") { $0.count == Self.count }
                let delivered = start.duration(to: .now)
                let middle = ContinuousClock.now
                for _ in 0..<10 { try await topic.publish(contentsOf: [[UInt8]](repeating: [1], count: 32)) }
                let batch = middle.duration(to: .now)
                try await received.wait("all messages") { $0.count == Self.count + 320 }
                #expect(received.elements.messages.map(\.sequence) == (1...UInt64(Self.count + 320)).map { $0 })
                print(
                    """
                    plain writes, one after another: \(2 * Self.count / plain) a second; \
                    topic, one after another: \(Self.count / single) messages a second; \
                    the last one was delivered \(delivered - single) after its publication; \
                    32 together: \(320 / batch) messages a second
                    """
                )
                try await received.stop()
            }
        }
    }
}

extension Int {
    fileprivate static func / (count: Int, duration: Duration) -> Int { Int(Double(count) / (duration / .seconds(1))) }
}
