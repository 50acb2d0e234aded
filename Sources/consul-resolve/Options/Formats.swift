// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

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
