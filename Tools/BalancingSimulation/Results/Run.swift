// SPDX-License-Identifier: Apache-2.0

/// The results of a simulation.
struct Run: Sendable {
    /// The samples in the order in which the requests ended.
    var samples: [Sample] = []
    /// The number of picks that found no endpoint.
    var failedPicks = 0
    /// The number of leases with the stale flag.
    var stalePicks = 0
    /// The end of the last request, in seconds.
    var end = 0.0

    /// Returns the requests that were sent within a span of seconds.
    func sent(_ span: Range<Double>) -> Run {
        let (low, high) = (nanoseconds(span.lowerBound), nanoseconds(span.upperBound))
        var other = Run()
        other.end = end
        for sample in samples where sample.sentAt >= low && sample.sentAt < high { other.samples.append(sample) }
        return other
    }

    func sent(to server: Int) -> Run {
        var other = Run()
        for sample in samples where sample.server == Int32(server) { other.samples.append(sample) }
        return other
    }

    var count: Int { samples.count }

    var failures: Int {
        var count = 0
        for sample in samples where sample.failed { count &+= 1 }
        return count
    }

    var failureShare: Double { share(failures) }

    /// Returns the share of requests that succeeded within the given seconds.
    func success(within seconds: Double) -> Double {
        let limit = nanoseconds(seconds)
        var count = 0
        for sample in samples where !sample.failed && sample.latency <= limit { count &+= 1 }
        return share(count)
    }

    /// Returns the number of requests of each server.
    func counts(servers: Int) -> [Int] {
        var counts = [Int](repeating: 0, count: servers)
        for sample in samples { counts[Int(sample.server)] &+= 1 }
        return counts
    }

    func share(of server: Int) -> Double {
        var count = 0
        for sample in samples where sample.server == Int32(server) { count &+= 1 }
        return share(count)
    }

    /// The mean latency in seconds.
    var meanLatency: Double {
        var sum = 0.0
        for sample in samples { sum += Double(sample.latency) }
        return samples.isEmpty ? 0 : sum / Double(samples.count) / 1e9
    }

    /// Returns a percentile of the latencies in seconds, by nearest rank.
    func percentile(_ share: Double) -> Double {
        guard !samples.isEmpty else { return 0 }
        var latencies: [Int64] = []
        latencies.reserveCapacity(samples.count)
        for sample in samples { latencies.append(sample.latency) }
        let rank = Int((Double(latencies.count) * share).rounded(.up))
        return Double(Selection.element(at: rank - 1, of: latencies)) / 1e9
    }

    private func share(_ part: Int) -> Double { samples.isEmpty ? 0 : Double(part) / Double(samples.count) }
}

/// Converts seconds to nanoseconds, limited to about a century.
func nanoseconds(_ seconds: Double) -> Int64 { Int64(max(0, min(seconds, 3e9)) * 1e9) }
