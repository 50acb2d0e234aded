// SPDX-License-Identifier: Apache-2.0

import Logging
import TestSupport

/// The lines of a logger, each with message and metadata.
struct RecordedLog: LogHandler {
    let lines = WatchedValue<[String]>([])
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    /// A logger that writes to this log.
    var logger: Logger { Logger(label: "test") { _ in self } }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }
        lines.update { $0.append("\(event.message) \(all)") }
    }
}
