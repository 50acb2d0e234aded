// SPDX-License-Identifier: Apache-2.0

/// The file of a snapshot. Reading trusts neither its owner nor its content, and writing replaces it as a whole.
///
/// All methods block.
package struct SnapshotFile: Sendable {
    package let path: String

    package init(path: String) {
        self.path = path
    }

    /// The path of the temporary file. All writers share it, so that a crash leaves at most one such file, which the
    /// next writer reuses. A lock excludes concurrent writers.
    var temporaryPath: String { path + ".tmp" }

    /// The directory of both files. They share it, since a rename works only within one file system.
    package var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
