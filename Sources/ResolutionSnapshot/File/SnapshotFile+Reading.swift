// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
package import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension SnapshotFile {
    /// Returns the content of the file, if only this user can have written it.
    ///
    /// The file must not be a symbolic link, although the directories above it may be links. Another user who can
    /// create the link could choose which of this user's files is read, and writing would replace the link anyway.
    package func content() throws(SnapshotError) -> [UInt8] {
        // Without O_NONBLOCK, opening a pipe without a writer would wait forever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { throw Self.openFailure(errno) }
        defer { close(descriptor) }
        let status = try Self.status(of: descriptor)
        try Self.checkTrust(status)
        guard status.st_size <= SnapshotLimits.bytes else { throw Self.tooLarge }
        return try Self.readAll(descriptor)
    }

    static func openFailure(_ number: Int32) -> SnapshotError {
        guard number == ELOOP else { return .system("cannot be opened", number) }
        return SnapshotError(.untrusted, "is a symbolic link")
    }

    package static func status(of descriptor: Int32) throws(SnapshotError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("cannot be examined", errno) }
        return status
    }

    /// Throws if another user may have written the file. For all other users, root is another user as well.
    static func checkTrust(_ status: stat) throws(SnapshotError) {
        try checkOwner(status)
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw SnapshotError(.untrusted, "can be written by users other than its owner")
        }
    }

    /// Throws if the file is not a regular file of this user.
    static func checkOwner(_ status: stat) throws(SnapshotError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw SnapshotError(.untrusted, "is not a regular file") }
        guard status.st_uid == geteuid() else { throw SnapshotError(.untrusted, "belongs to another user") }
    }

    private static let tooLarge = SnapshotError(.tooLarge, "has more than \(SnapshotLimits.bytes) bytes")

    private static func readAll(_ descriptor: Int32) throws(SnapshotError) -> [UInt8] {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .system("cannot be read", errno)
            }
            guard count > 0 else { return content }
            // The file may have grown since its size was checked.
            guard content.count + count <= SnapshotLimits.bytes else { throw tooLarge }
            content.append(contentsOf: piece[..<count])
        }
    }
}
