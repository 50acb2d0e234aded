// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import ResolverSupport
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension SnapshotFile {
    /// Replaces the file atomically. Even after a crash of the machine, the file has either the complete old content or
    /// the complete new content.
    ///
    /// - Throws: ``SnapshotError`` for a file that ``checkReplaceable(_:)`` refuses, and for failed system calls.
    package func replace(with content: [UInt8]) throws(SnapshotError) {
        try Self.checkReplaceable(path)
        let descriptor = try openTemporary()
        defer { close(descriptor) }
        do throws(SnapshotError) {
            try Self.fill(descriptor, with: content)
            guard rename(temporaryPath, path) == 0 else { throw .system("cannot be renamed into place", errno) }
        } catch {
            // The file is still locked, so no other writer uses it. A full disk needs the space.
            unlink(temporaryPath)
            throw error
        }
        try syncDirectory()
    }

    /// Throws if the file is not a snapshot, so that a mistyped path does not destroy another file. A file that is
    /// absent, empty or a snapshot, damaged or of any version, may be replaced.
    static func checkReplaceable(_ path: String) throws(SnapshotError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else {
            if errno == ENOENT { return }
            throw openFailure(errno)
        }
        defer { close(descriptor) }
        try checkOwner(try status(of: descriptor))
        try checkContent(descriptor)
    }

    private static func checkContent(_ descriptor: Int32) throws(SnapshotError) {
        var beginning = [UInt8](repeating: 0, count: SnapshotCoder.magicCount)
        let count = beginning.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .system("cannot be read", errno) }
        guard SnapshotCoder.isSnapshot(beginningWith: Array(beginning[..<count])) else {
            throw SnapshotError(.foreign, "is another kind of file, which is not replaced")
        }
    }

    /// Opens and locks the temporary file.
    ///
    /// The previous holder of the lock has renamed or removed the file. If this process opened the file before that,
    /// its descriptor may now refer to the published snapshot, which must not be modified. It then opens the file
    /// again.
    private func openTemporary() throws(SnapshotError) -> Int32 {
        while true {
            let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
            let descriptor = open(temporaryPath, flags, S_IRUSR | S_IWUSR)
            guard descriptor >= 0 else { throw Self.openFailure(errno).ofTemporaryFile }
            do throws(SnapshotError) {
                try Self.lock(descriptor)
                let status = try Self.status(of: descriptor)
                try Self.checkTrust(status)
                if isTemporary(status) {
                    // In a directory that other users can write, it could be a hard link to another file of this user.
                    guard status.st_nlink == 1 else { throw SnapshotError(.untrusted, "has another hard link") }
                    try Self.checkContent(descriptor)
                    return descriptor
                }
            } catch {
                close(descriptor)
                throw error.ofTemporaryFile
            }
            close(descriptor)
        }
    }

    private func isTemporary(_ status: stat) -> Bool {
        var current = stat()
        guard lstat(temporaryPath, &current) == 0 else { return false }
        return current.st_dev == status.st_dev && current.st_ino == status.st_ino
    }

    /// Locks the file. It waits for another writer, but not for one that hangs. The kernel releases the lock of a
    /// process that dies.
    private static func lock(_ descriptor: Int32) throws(SnapshotError) {
        let pause = timespec(tv_sec: 0, tv_nsec: 5_000_000)
        let end = Moment.now + longestWait
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR || errno == EWOULDBLOCK else { throw .system("cannot be locked", errno) }
            guard Moment.now < end else {
                throw SnapshotError(.busy, "has been locked by another writer for \(longestWait)")
            }
            _ = withUnsafePointer(to: pause) { nanosleep($0, nil) }
        }
    }

    /// The longest wait for another writer. A slow disk needs seconds.
    private static let longestWait = Duration.seconds(10)

    private static func fill(_ descriptor: Int32, with content: [UInt8]) throws(SnapshotError) {
        // The file is emptied only under its lock. Its mode is set again, since a file left by a crash may have
        // another.
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, S_IRUSR | S_IWUSR) == 0 else {
            throw .system("cannot be emptied", errno)
        }
        var offset = 0
        while offset < content.count {
            let count = content.withUnsafeBytes { write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
            if count >= 0 {
                offset += count
            } else if errno != EINTR {
                throw .system("cannot be written", errno)
            }
        }
        // Flush before the rename: otherwise the name may reach the disk before the content.
        guard fsync(descriptor) == 0 else { throw .system("cannot be flushed to the disk", errno) }
    }

    /// Makes the rename durable. Some file systems cannot flush a directory and return EINVAL: they order writes
    /// themselves.
    private func syncDirectory() throws(SnapshotError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("has a directory that cannot be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .system("has a directory that cannot be flushed to the disk", errno)
        }
    }
}

extension SnapshotError {
    fileprivate var ofTemporaryFile: SnapshotError {
        SnapshotError(code, "has a temporary file (.tmp) that \(message)")
    }
}
