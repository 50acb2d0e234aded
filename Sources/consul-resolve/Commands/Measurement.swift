// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// The times that many runs of one operation took.
struct Measurement: Sendable {
    var queries = 0
    var failures = 0
    var endpoints = 0
    var elapsed: Duration = .zero
    var processorTime: Duration = .zero
    /// The latencies of the successful runs, sorted.
    var latencies: [Duration] = []

    /// Runs an operation `queries` times, `inFlight` at a time. The operation returns the number of endpoints that it
    /// found; zero counts as a failure.
    static func take(
        of queries: Int,
        inFlight: Int,
        _ operation: @escaping @Sendable () async throws -> Int
    ) async throws -> Measurement {
        let processorTimeBefore = processorTimeOfProcess
        let start = ContinuousClock.now
        var total = Measurement()
        try await withThrowingTaskGroup(of: Measurement.self) { group in
            for worker in 0..<min(inFlight, queries) {
                // The first workers share the remainder.
                let share = queries / inFlight + (worker < queries % inFlight ? 1 : 0)
                group.addTask { try await run(share, operation) }
            }
            for try await part in group { total.add(part) }
        }
        total.elapsed = start.duration(to: .now)
        total.processorTime = processorTimeOfProcess - processorTimeBefore
        total.latencies.sort()
        return total
    }

    private static func run(_ count: Int, _ operation: @Sendable () async throws -> Int) async throws -> Measurement {
        var part = Measurement()
        part.latencies.reserveCapacity(count)
        for _ in 0..<count {
            let start = ContinuousClock.now
            let endpoints = try await operation()
            part.queries += 1
            if endpoints == 0 {
                part.failures += 1
            } else {
                part.endpoints += endpoints
                part.latencies.append(start.duration(to: .now))
            }
        }
        return part
    }

    private mutating func add(_ other: Measurement) {
        queries += other.queries
        failures += other.failures
        endpoints += other.endpoints
        latencies += other.latencies
    }

    /// The processor time that this process has used.
    private static var processorTimeOfProcess: Duration {
        var usage = rusage()
        #if canImport(Glibc)
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        #else
        getrusage(RUSAGE_SELF, &usage)
        #endif
        return duration(usage.ru_utime) + duration(usage.ru_stime)
    }

    private static func duration(_ time: timeval) -> Duration {
        .seconds(Int64(time.tv_sec)) + .microseconds(Int64(time.tv_usec))
    }
}

extension Measurement: Report {
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
        \(queries) queries in \(seconds.decimal) s: \(Int(queriesPerSecond)) a second, \(failures) failed
        latency p50 \(percentile(0.5).decimal) µs, p99 \(percentile(0.99).decimal) µs, \
        longest \(percentile(1).decimal) µs
        \(processorMicroseconds.decimal) µs of processor time a query, \
        \(endpointsPerAnswer.decimal) endpoints an answer
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
