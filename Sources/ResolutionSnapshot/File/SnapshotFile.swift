// SPDX-License-Identifier: Apache-2.0

package import Logging
package import ResolutionModel
package import ResolverSupport

/// The file of a snapshot. Reading trusts neither its owner nor its content, and writing replaces it as a whole.
///
/// All methods block.
package struct SnapshotFile: Sendable {
    private let file: PrivateFile

    package init(path: String) {
        file = PrivateFile(path: path)
    }

    package var path: String { file.path }

    var temporaryPath: String { file.temporaryPath }

    var directory: String { file.directory }

    /// Returns the content of the file, if only this user can have written it.
    package func content() throws(PrivateFileError) -> [UInt8] {
        try file.content(atMost: SnapshotLimits.bytes)
    }

    /// Replaces the file atomically. A file that is absent, empty or a snapshot, damaged or of any version, may be
    /// replaced.
    package func replace(with content: [UInt8]) throws(PrivateFileError) {
        try file.replace(with: content, if: SnapshotCoder.isSnapshot)
    }
}

extension SnapshotFile {
    /// Loads the usable answers of an earlier process. An unusable snapshot is no error: the process starts without it,
    /// and the log has the reason.
    ///
    /// - Parameters:
    ///   - maximumAge: The greatest age of the file, and of an answer in it.
    ///   - wallClock: Returns the time in seconds since 1970.
    /// - Throws: ``ConfigurationError`` for a path that names another kind of file, which writing would destroy.
    package func load(
        noOlderThan maximumAge: Duration,
        wallClock: @Sendable () -> Int64 = WallClock.system,
        logger: Logger
    ) throws(ConfigurationError) -> [ServiceRequest: StoredAnswer] {
        do throws(PrivateFileError) {
            for path in [path, temporaryPath] { try refuseForeign(path) }
            let snapshot = try SnapshotCoder.decode(try content())
            let answers = try snapshot.answers(noOlderThan: maximumAge, at: wallClock())
            logger.debug("loaded the snapshot", metadata: metadata(["consul.services": "\(answers.count)"]))
            return answers
        } catch {
            if error.code == .foreign {
                let message = "\(error); name a file that is absent, empty or a snapshot"
                throw ConfigurationError(setting: "snapshot.path", message: message)
            }
            let level: Logger.Level =
                switch error.code {
                // There is no file at the first start.
                case .missing: .debug
                case .tooOld: .info
                default: .warning
                }
            logger.log(level: level, "no snapshot is used", metadata: metadata(["consul.failure": "\(error)"]))
            return [:]
        }
    }

    /// Throws if a file is not a snapshot. Other errors are ignored here, since reading the file reports them.
    private func refuseForeign(_ path: String) throws(PrivateFileError) {
        do throws(PrivateFileError) {
            try PrivateFile(path: path).checkReplaceable(if: SnapshotCoder.isSnapshot)
        } catch  where error.code == .foreign {
            throw PrivateFileError(.foreign, "\(path) \(error.message)")
        } catch {}
    }

    package func metadata(_ more: Logger.Metadata = [:]) -> Logger.Metadata {
        more.merging(["consul.snapshot": "\(path)"]) { $1 }
    }
}
