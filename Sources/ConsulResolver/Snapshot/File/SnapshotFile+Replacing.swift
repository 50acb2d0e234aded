// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension SnapshotFile {
    /// Replaces the file. Whatever happens on the way, a crash of the machine included, what is there is the old content
    /// or the new one, whole.
    ///
    /// - Throws: For a file that ``checkReplaceable(_:)`` refuses, and for what the system refuses.
    func replace(with content: [UInt8]) throws(SnapshotError) {
        try Self.checkReplaceable(path)
        let descriptor = try openTemporary()
        defer { close(descriptor) }
        do throws(SnapshotError) {
            try Self.fill(descriptor, with: content)
            guard rename(temporaryPath, path) == 0 else { throw .system("cannot be put in its place", errno) }
        } catch {
            // Still locked, so it is nobody else's. A full disk needs the room.
            unlink(temporaryPath)
            throw error
        }
        try syncDirectory()
    }

    /// Refuses to replace what is no snapshot: a path that was mistyped must not cost its file. A file that is absent, empty or
    /// a snapshot, damaged or of any version, may be replaced.
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

    /// The temporary file, open and locked.
    ///
    /// Whoever had the lock before has renamed the file or removed it: what is locked then is no longer what the name
    /// stands for, and must not be touched, since it may be what everybody reads.
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
                    // Where anybody may make links, it could be a link to another file of this user.
                    guard status.st_nlink == 1 else { throw SnapshotError(.untrusted, "has another name, too") }
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

    /// Waits for another writer of the same file, but not for one that hangs. The kernel lets go of the lock of a process that
    /// dies.
    private static func lock(_ descriptor: Int32) throws(SnapshotError) {
        let pause = timespec(tv_sec: 0, tv_nsec: 5_000_000)
        let end = ContinuousClock.now + longestWait
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR || errno == EWOULDBLOCK else { throw .system("cannot be locked", errno) }
            guard ContinuousClock.now < end else {
                throw SnapshotError(.busy, "has been locked by another writer for \(longestWait)")
            }
            _ = withUnsafePointer(to: pause) { nanosleep($0, nil) }
        }
    }

    /// How long another writer may take: a slow disk needs seconds.
    private static let longestWait = Duration.seconds(10)

    private static func fill(_ descriptor: Int32, with content: [UInt8]) throws(SnapshotError) {
        // Only now that it is locked; and again the mode, as what was left behind may have another.
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
        // Before the rename: otherwise the name may reach the disk without the content.
        guard fsync(descriptor) == 0 else { throw .system("cannot be written to the disk", errno) }
    }

    /// Makes the rename last. Some file systems cannot do this for a directory and say EINVAL: they have their own order.
    private func syncDirectory() throws(SnapshotError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("has a directory that cannot be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .system("has a directory that cannot be written to the disk", errno)
        }
    }
}

extension SnapshotError {
    fileprivate var ofTemporaryFile: SnapshotError {
        SnapshotError(code, "has a temporary file (.tmp) that \(message)")
    }
}
