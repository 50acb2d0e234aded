// SPDX-License-Identifier: Apache-2.0

/// The effect of the death on the requests. Each line has one number, so that a script can check it.
struct Report: CustomStringConvertible {
    private let requests: Int
    private let failed: Int
    private let retries: Int
    private let before: Duration
    private let during: Duration
    private let after: Duration

    init(_ samples: [Load.Sample], of load: Load, retries: Int) {
        requests = samples.count
        failed = samples.count { !$0.isAnswered }
        self.retries = retries
        // The first second opens the connections.
        before = Self.p99(samples.filter { $0.due >= .seconds(1) - load.before && $0.due < .zero })
        during = Self.p99(samples.filter { $0.due >= .zero && $0.due < .seconds(1) })
        after = Self.p99(samples.filter { $0.due >= .seconds(1) })
    }

    /// Returns the time within which 99 % of the requests ended.
    private static func p99(_ samples: [Load.Sample]) -> Duration {
        let times = samples.map(\.time).sorted()
        return times.isEmpty ? .zero : times[min(times.count * 99 / 100, times.count - 1)]
    }

    /// True if no request has failed, and if one second after the death requests were as fast as before it, but for the
    /// differences that other programs on the machine cause.
    var isGood: Bool { failed == 0 && after <= max(before * 2, before + .milliseconds(25)) }

    var description: String {
        """
        requests: \(requests)
        failed requests: \(failed)
        retries: \(retries)
        p99 before the death: \(milliseconds(before)) ms
        p99 in the second after it: \(milliseconds(during)) ms
        p99 from then on: \(milliseconds(after)) ms
        \(isGood ? "no request has failed, and one second later p99 is back to normal" : "that is not good")
        """
    }

    private func milliseconds(_ time: Duration) -> Double { (time / .milliseconds(0.1)).rounded() / 10 }
}
