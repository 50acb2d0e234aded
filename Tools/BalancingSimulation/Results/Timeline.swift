// SPDX-License-Identifier: Apache-2.0

/// Figures over time, in equal intervals.
struct Timeline {
    private let interval: Double
    private let buckets: [Run]

    init(_ run: Run, of length: Double, every interval: Double) {
        self.interval = interval
        var buckets = [Run](repeating: Run(), count: Int((length / interval).rounded(.up)))
        let width = nanoseconds(interval)
        for sample in run.samples {
            let index = Int(sample.sentAt / width)
            if index < buckets.count { buckets[index].samples.append(sample) }
        }
        self.buckets = buckets
    }

    /// Returns a figure for each interval, at its middle.
    func points(_ figure: (Run) -> Double) -> [(x: Double, y: Double)] {
        buckets.enumerated().map { ((Double($0) + 0.5) * interval, figure($1)) }
    }
}
