// SPDX-License-Identifier: Apache-2.0

/// The file that a snapshot is kept in: read with suspicion, replaced as a whole.
///
/// The calls block.
struct SnapshotFile: Sendable {
    let path: String

    /// One name and not one for each writer: what a crash leaves behind is taken up by the next one that writes, so
    /// there is never more than one. A lock keeps writers from each other.
    var temporaryPath: String { path + ".tmp" }

    /// Where both are, since only within a file system is a rename possible.
    var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}
