// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// How endpoints are printed.
enum EndpointFormat: String, ExpressibleByArgument, CaseIterable {
    case table
    case json
    /// `address:port`, one a line, and nothing else.
    case plain
}

/// How everything else is printed.
enum ReportFormat: String, ExpressibleByArgument, CaseIterable {
    case text
    case json
}
