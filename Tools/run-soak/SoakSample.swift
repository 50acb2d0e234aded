// SPDX-License-Identifier: Apache-2.0

import Foundation

/// What this process uses at one moment, and what has happened until then.
struct SoakSample: Sendable {
    static let columns = [
        "seconds", "resident MB", "descriptors", "threads", "sessions", "lookups", "failed lookups", "picks",
        "failed picks", "updates", "empty updates", "holds", "locks lost",
    ]

    /// The columns of the plot.
    static let plotted = ["resident MB", "descriptors", "threads", "sessions"]

    var values: [Double?]

    /// Takes a sample.
    ///
    /// - Parameter sessions: The number of sessions at Consul; `nil` while it cannot be asked.
    init(after time: Duration, sessions: Int?, _ counts: [String: Int]) {
        // The columns of events have the names of their counts.
        let events = Self.columns[5...].map { Double(counts[$0] ?? 0) }
        values =
            [
                (time / .seconds(1)).rounded(), Self.status("VmRSS").map { ($0 / 102.4).rounded() / 10 },
                (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")).map { Double($0.count) },
                Self.status("Threads"), sessions.map(Double.init),
            ] + events
    }

    /// Returns a number of `/proc/self/status`.
    private static func status(_ name: String) -> Double? {
        // Foundation asks for the size of a file first, which is zero here.
        guard let file = FileHandle(forReadingAtPath: "/proc/self/status") else { return nil }
        let text = String(decoding: file.readDataToEndOfFile(), as: UTF8.self)
        try? file.close()
        return text.split(separator: "\n").first { $0.hasPrefix(name + ":") }
            .flatMap { $0.split(whereSeparator: \.isWhitespace).dropFirst().first }
            .flatMap { Double($0) }
    }

    var line: String { values.map { $0.map { String(format: "%g", $0) } ?? "" }.joined(separator: ",") + "\n" }
}
