// SPDX-License-Identifier: Apache-2.0

import Metrics
import NIOConcurrencyHelpers

/// A small backend of swift-metrics that writes Prometheus' text format 0.0.4.
///
/// It shows that the library's names and labels fit. In a service, use a library with histograms, such as
/// swift-prometheus.
final class PrometheusMetrics: MetricsFactory {
    /// One time series: the name of its family, and its labels in the text format.
    private struct Series: Hashable, Comparable {
        let name: String
        let labels: String

        init(_ label: String, suffix: String, _ dimensions: [(String, String)]) {
            name = label.map { $0.isLetter || $0.isNumber || $0 == "_" ? String($0) : "_" }.joined() + suffix
            labels = dimensions.map { "\($0)=\"\($1)\"" }.joined(separator: ",")
        }

        static func < (left: Self, right: Self) -> Bool { (left.name, left.labels) < (right.name, right.labels) }
    }

    private let values = NIOLockedValueBox<[Series: Value]>([:])

    /// The sum of the values of a series, and their number.
    fileprivate struct Value {
        var type: String
        var sum = 0.0
        var count = 0
    }

    /// All series in the text format.
    var exposition: String {
        var text = ""
        var family = ""
        for (series, value) in values.withLockedValue({ $0 }).sorted(by: { $0.key < $1.key }) {
            if series.name != family { text += "# TYPE \(series.name) \(value.type)\n" }
            family = series.name
            let labels = series.labels.isEmpty ? "" : "{\(series.labels)}"
            if value.type == "summary" {
                text += "\(series.name)_sum\(labels) \(value.sum)\n\(series.name)_count\(labels) \(value.count)\n"
            } else {
                text += "\(series.name)\(labels) \(value.sum)\n"
            }
        }
        return text
    }

    /// Returns the handler of one series, which is shown from now on, with the value 0 at first.
    private func handler(_ label: String, suffix: String, _ dimensions: [(String, String)], type: String) -> Handler {
        let series = Series(label, suffix: suffix, dimensions)
        values.withLockedValue { if $0[series] == nil { $0[series] = Value(type: type) } }
        return Handler(isGauge: type == "gauge") { [values] change in
            values.withLockedValue { values in values[series].map { values[series] = change($0) } }
        }
    }

    func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        handler(label, suffix: "_total", dimensions, type: "counter")
    }

    func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        handler(label, suffix: "", dimensions, type: "gauge")
    }

    func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        handler(label, suffix: "", dimensions, type: aggregate ? "summary" : "gauge")
    }

    func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        handler(label, suffix: "_seconds", dimensions, type: "summary")
    }

    // Series stay: two metrics of the same name share one.
    func destroyCounter(_: any CounterHandler) {}
    func destroyMeter(_: any MeterHandler) {}
    func destroyRecorder(_: any RecorderHandler) {}
    func destroyTimer(_: any TimerHandler) {}
}

extension PrometheusMetrics {
    /// The handler of a metric of any kind.
    fileprivate final class Handler: CounterHandler, MeterHandler, RecorderHandler, TimerHandler {
        typealias Change = @Sendable (Value) -> Value

        /// True if a recorded value replaces the one before.
        private let isGauge: Bool
        private let update: @Sendable (@escaping Change) -> Void

        init(isGauge: Bool, _ update: @escaping @Sendable (@escaping Change) -> Void) {
            self.isGauge = isGauge
            self.update = update
        }

        private func add(_ amount: Double) {
            update { Value(type: $0.type, sum: $0.sum + amount, count: $0.count + 1) }
        }

        func set(_ value: Double) { update { Value(type: $0.type, sum: value, count: 1) } }

        func increment(by amount: Int64) { add(Double(amount)) }
        func increment(by amount: Double) { add(amount) }
        func decrement(by amount: Double) { add(-amount) }
        func set(_ value: Int64) { set(Double(value)) }
        func record(_ value: Int64) { record(Double(value)) }
        func record(_ value: Double) { isGauge ? set(value) : add(value) }
        func recordNanoseconds(_ duration: Int64) { add(Double(duration) / 1e9) }
        func reset() { set(0.0) }
    }
}
