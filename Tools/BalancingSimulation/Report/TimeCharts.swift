// SPDX-License-Identifier: Apache-2.0

/// Two charts over time: the share of the affected endpoint, and the latency of requests.
struct TimeCharts {
    private let file: String
    private let title: String
    private let length: Double
    private var shares: [Chart.Series] = []
    private var latencies: [Chart.Series] = []

    init(_ file: String, _ title: String, length: Double) {
        (self.file, self.title, self.length) = (file, title, length)
    }

    mutating func add(_ run: Run, of contender: Contender, victim: Int) {
        let timeline = Timeline(run, of: length, every: 1)
        shares.append(
            Chart.Series(
                name: contender.name,
                color: contender.color,
                points: timeline.points { $0.share(of: victim) * 100 }
            )
        )
        latencies.append(
            Chart.Series(
                name: contender.name,
                color: contender.color,
                points: timeline.points { $0.percentile(0.99) * 1000 }
            )
        )
    }

    /// - Parameters:
    ///   - shares: The upper end of the range of shares, in percent.
    ///   - latencies: The range of latencies, in powers of ten of milliseconds.
    func charts(marking span: Range<Double>, _ label: String, shares most: Double, latencies decades: ClosedRange<Int>)
        -> [Chart]
    {
        let step = length > 60 ? 20.0 : 10.0
        let time = Chart.Axis("seconds", 0...length, ticks: Array(stride(from: 0, through: length, by: step)))
        let spans = [(span.lowerBound...span.upperBound, label)]
        return [
            Chart(
                file: file + "-share",
                title: title + ": its share",
                kind: .lines,
                x: time,
                y: Chart.Axis(
                    "share of requests, %",
                    0...most,
                    ticks: Array(stride(from: 0, through: most, by: most > 25 ? 20 : 5))
                ),
                series: shares,
                spans: spans
            ),
            Chart(
                file: file + "-latency",
                title: title + ": latency",
                kind: .lines,
                x: time,
                y: .decades("99th percentile, ms", decades),
                series: latencies,
                spans: spans
            ),
        ]
    }
}
