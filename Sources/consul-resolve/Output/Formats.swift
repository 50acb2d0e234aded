// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP

/// The formats for endpoints.
enum EndpointFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    /// `address:port`, one a line, without headings.
    case plain
}

/// The formats for other results.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}

/// A result for people and for scripts.
protocol Report {
    /// The lines for people.
    var text: String { get }
    /// The fixed form that scripts rely on.
    var json: JSON { get }
}

extension Terminal {
    /// Writes a result in a format.
    ///
    /// - Throws: ``ExitStatus/outputFailed``.
    static func output(_ report: some Report, as format: ReportFormat) throws {
        try output(format == .json ? report.json.description : report.text)
    }
}
