// SPDX-License-Identifier: Apache-2.0

extension Measurement {
    /// The fixed form that scripts rely on.
    var json: JSON {
        .object([
            "queries": .integer(queries), "failures": .integer(failures), "seconds": .number(seconds),
            "queriesPerSecond": .integer(Int(queriesPerSecond)),
            "latencyMicroseconds": .object([
                "p50": .number(percentile(0.5)), "p99": .number(percentile(0.99)), "max": .number(percentile(1)),
            ]),
            "cpuMicrosecondsPerQuery": .number(processorMicroseconds),
            "endpointsPerAnswer": .number(endpointsPerAnswer),
        ])
    }

    var text: String {
        """
        \(queries) queries in \(Decimal.text(seconds)) s: \(Int(queriesPerSecond)) a second, \(failures) failed
        latency p50 \(Decimal.text(percentile(0.5))) µs, p99 \(Decimal.text(percentile(0.99))) µs, \
        longest \(Decimal.text(percentile(1))) µs
        \(Decimal.text(processorMicroseconds)) µs of processor time a query, \
        \(Decimal.text(endpointsPerAnswer)) endpoints an answer
        """
    }

    private var seconds: Double { elapsed.milliseconds / 1000 }

    private var queriesPerSecond: Double { Double(queries) / max(seconds, 1e-9) }

    private var processorMicroseconds: Double { processorTime.milliseconds * 1000 / Double(max(queries, 1)) }

    private var endpointsPerAnswer: Double { Double(endpoints) / Double(max(latencies.count, 1)) }

    /// Returns a percentile of the latencies, in microseconds.
    private func percentile(_ fraction: Double) -> Double {
        guard !latencies.isEmpty else { return 0 }
        return latencies[min(Int(Double(latencies.count) * fraction), latencies.count - 1)].milliseconds * 1000
    }
}
