// SPDX-License-Identifier: Apache-2.0

import Logging

extension SnapshotFile {
    /// What an earlier process has left, as far as it can be used. A snapshot that cannot be used is no error: the process
    /// starts as if there were none, and the log says why.
    ///
    /// - Parameters:
    ///   - maximumAge: How old the file, and an answer in it, may be.
    ///   - wallClock: Seconds since 1970.
    /// - Throws: ``ConfigurationError`` for a path that names another kind of file, which writing would lose.
    func load(
        noOlderThan maximumAge: Duration,
        wallClock: @Sendable () -> Int64 = WallClock.system,
        logger: Logger
    ) throws(ConfigurationError) -> [ServiceRequest: StoredAnswer] {
        do throws(SnapshotError) {
            for path in [path, temporaryPath] { try refuseForeign(path) }
            let snapshot = try SnapshotCoder.decode(try content())
            let answers = try snapshot.answers(noOlderThan: maximumAge, at: wallClock())
            logger.debug("loaded the snapshot", metadata: metadata(["consul.services": "\(answers.count)"]))
            return answers
        } catch {
            if error.code == .foreign {
                let message = "\(error); name a file that is absent, empty or a snapshot"
                throw ConfigurationError(variable: "snapshot.path", message: message)
            }
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

    /// Passes over everything else that is wrong with a file: reading it says that.
    private func refuseForeign(_ path: String) throws(SnapshotError) {
        do throws(SnapshotError) { try Self.checkReplaceable(path) } catch  where error.code == .foreign {
            throw SnapshotError(.foreign, "\(path) \(error)")
        } catch {}
    }

    func metadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging(["consul.snapshot": "\(path)"]) { $1 }
    }
}
