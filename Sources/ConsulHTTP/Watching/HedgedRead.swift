// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Reads again while earlier reads have no answer, and takes the first result.
///
/// A network that swallows a request returns no error, and the same request would be answered as soon as the network is
/// back. A single read would wait for its time limit, ten seconds by default. The earlier reads are not given up: a
/// Consul that has become slow still answers the first of them.
struct HedgedRead<Output: Sendable>: Sendable {
    /// The time after which another read begins; `nil` for a single read.
    let patience: Duration?
    let time: TimeSource
    let read: @Sendable () async throws -> Output

    /// The largest number of reads at the same time.
    static var most: Int { 5 }

    /// Returns the first result, success or failure. The other reads are canceled.
    func callAsFunction() async throws -> Output {
        guard let patience else { return try await read() }
        return try await withThrowingTaskGroup(of: Output?.self) { group in
            defer { group.cancelAll() }
            for _ in 0..<Self.most {
                group.addTask { try await read() }
                group.addTask {
                    try await time.sleep(time.now() + patience)
                    return nil
                }
                if let result = try await group.next() ?? nil { return result }
            }
            // The last of the reads have their own time limits.
            while let result = try await group.next() { if let result { return result } }
            throw CancellationError()
        }
    }
}

/// Decides how long a watch waits for the answer to a read before it reads again. A pure value.
struct ReadPatience: Sendable {
    /// The shortest wait; `nil` to read once.
    private let least: Duration?
    /// The duration of the slowest read; each faster one takes an eighth off. `nil` before the first answer.
    private var slowest: Duration?

    init(least: Duration?) { self.least = least }

    /// Four times the duration of the slowest read lately, and at least the shortest wait; `nil` before the first answer,
    /// when it is not known what is slow.
    var limit: Duration? {
        guard let least, let slowest else { return nil }
        return max(slowest * 4, least)
    }

    /// Records that a read was answered.
    mutating func answered(after time: Duration) {
        slowest = max(time, (slowest ?? .zero) * 7 / 8)
    }
}
