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
    /// A symbolic link in its place is replaced, and what it points to left alone.
    func replace(with content: [UInt8]) throws(SnapshotError) {
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

    /// The temporary file, open and locked.
    ///
    /// Whoever had the lock before has renamed the file or removed it: what is locked then is no longer what the name
    /// stands for, and must not be touched, since it may be what everybody reads.
    private func openTemporary() throws(SnapshotError) -> Int32 {
        while true {
            let flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
            let descriptor = open(temporaryPath, flags, S_IRUSR | S_IWUSR)
            guard descriptor >= 0 else { throw Self.openFailure(errno).ofTemporaryFile }
            do throws(SnapshotError) {
                try Self.lock(descriptor)
                let status = try Self.status(of: descriptor)
                try Self.checkTrust(status)
                if isTemporary(status) {
                    // Where anybody may make links, it could be a link to another file of this user.
                    guard status.st_nlink == 1 else { throw SnapshotError(.untrusted, "has another name, too") }
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

    /// Waits for whoever writes the same file. The kernel lets go of the lock of a process that dies.
    private static func lock(_ descriptor: Int32) throws(SnapshotError) {
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else { throw .system("cannot be locked", errno) }
        }
    }

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
