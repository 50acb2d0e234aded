// SPDX-License-Identifier: Apache-2.0

import Logging

extension SnapshotFile {
    /// What an earlier process has left, as far as it can be used. Nothing that is wrong with the file is an error: the
    /// process starts as if there were none, and the log says why.
    ///
    /// - Parameters:
    ///   - maximumAge: How old the file, and an answer in it, may be.
    ///   - wallClock: Seconds since 1970.
    func load(
        noOlderThan maximumAge: Duration,
        wallClock: @Sendable () -> Int64 = WallClock.system,
        logger: Logger
    ) -> [ServiceRequest: StoredAnswer] {
        do throws(SnapshotError) {
            let snapshot = try SnapshotCoder.decode(try content())
            let answers = try snapshot.answers(noOlderThan: maximumAge, at: wallClock())
            logger.debug("loaded the snapshot", metadata: metadata(["consul.services": "\(answers.count)"]))
            return answers
        } catch {
            let level: Logger.Level =
                switch error.code {
                // The first start.
                case .missing: .debug
                case .tooOld: .info
                default: .warning
                }
            logger.log(level: level, "no snapshot is used", metadata: metadata(["consul.failure": "\(error)"]))
            return [:]
        }
    }

    func metadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging(["consul.snapshot": "\(path)"]) { $1 }
    }
}
