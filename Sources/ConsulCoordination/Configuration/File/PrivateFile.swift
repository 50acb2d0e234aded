// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that only its owner may read, and that is replaced as a whole. All methods block.
struct PrivateFile: Sendable {
    let path: String

    /// The path of the temporary file. All writers share it, so that a crash leaves at most one such file. A lock
    /// excludes concurrent writers.
    private var temporaryPath: String { path + ".tmp" }

    /// The directory of both files: a rename works only within one file system.
    private var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

// MARK: - Reading

extension PrivateFile {
    /// Returns the content, if only this user can have written it.
    func content(atMost limit: Int) throws(ConfigurationFileError) -> [UInt8] {
        let descriptor = try Self.openForReading(path)
        defer { close(descriptor) }
        try Self.checkTrust(try Self.status(of: descriptor))
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = piece.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw .system("cannot be read", errno) }
            guard count > 0 else { return content }
            guard content.count + count <= limit else {
                throw ConfigurationFileError(.unusable, "has more than \(limit) bytes")
            }
            content.append(contentsOf: piece[..<count])
        }
    }

    private static func openForReading(_ path: String) throws(ConfigurationFileError) -> Int32 {
        // Without O_NONBLOCK, opening a pipe without a writer would wait for ever. A link that another user made would
        // choose which of this user's files is read.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { throw openFailure(errno) }
        return descriptor
    }

    private static func openFailure(_ number: Int32) -> ConfigurationFileError {
        number == ELOOP ? ConfigurationFileError(.untrusted, "is a symbolic link") : .system("cannot be opened", number)
    }

    private static func status(of descriptor: Int32) throws(ConfigurationFileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("cannot be examined", errno) }
        return status
    }

    /// Throws if another user may have written the file. For all other users, root is another user as well.
    private static func checkTrust(_ status: stat) throws(ConfigurationFileError) {
        try checkOwner(status)
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw ConfigurationFileError(.untrusted, "can be written by users other than its owner")
        }
    }

    /// Throws if the file is not a regular file of this user.
    private static func checkOwner(_ status: stat) throws(ConfigurationFileError) {
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ConfigurationFileError(.untrusted, "is not a regular file")
        }
        guard status.st_uid == geteuid() else { throw ConfigurationFileError(.untrusted, "belongs to another user") }
    }
}

// MARK: - Writing

extension PrivateFile {
    /// Replaces the file. Even after a crash of the machine it has either the old content or the new content.
    ///
    /// - Parameter isReplaceable: Returns true if a file that begins with some bytes may be replaced, so that a
    ///   mistyped path does not destroy another file.
    func replace(
        with content: [UInt8],
        if isReplaceable: ([UInt8]) -> Bool
    ) throws(ConfigurationFileError) {
        do throws(ConfigurationFileError) {
            let descriptor = try Self.openForReading(path)
            defer { close(descriptor) }
            // A file with too wide a mode is replaced by one with the right mode.
            try Self.checkOwner(try Self.status(of: descriptor))
            try Self.check(descriptor, isReplaceable)
        } catch  where error.code == .missing {}
        let descriptor = try openTemporary(isReplaceable)
        defer { close(descriptor) }
        do throws(ConfigurationFileError) {
            try Self.fill(descriptor, with: content)
            guard rename(temporaryPath, path) == 0 else { throw .system("cannot be renamed into place", errno) }
        } catch {
            // The file is still locked, so no other writer uses it. A full disk needs the space.
            unlink(temporaryPath)
            throw error
        }
        try syncDirectory()
    }

    private static func check(
        _ descriptor: Int32,
        _ isReplaceable: ([UInt8]) -> Bool
    ) throws(ConfigurationFileError) {
        var beginning = [UInt8](repeating: 0, count: 64)
        let count = beginning.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .system("cannot be read", errno) }
        guard isReplaceable(Array(beginning[..<count])) else {
            throw ConfigurationFileError(.foreign, "is another kind of file, which is not replaced")
        }
    }

    /// Opens and locks the temporary file.
    ///
    /// The previous holder of the lock has renamed or removed the file. If this process opened it before that, its
    /// descriptor may now be that of the published file, which must not be modified; then it opens the file again.
    private func openTemporary(_ isReplaceable: ([UInt8]) -> Bool) throws(ConfigurationFileError) -> Int32 {
        for _ in 0..<100 {
            let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
            let descriptor = open(temporaryPath, flags, S_IRUSR | S_IWUSR)
            guard descriptor >= 0 else { throw Self.openFailure(errno) }
            do throws(ConfigurationFileError) {
                let isLocked = try Self.lock(descriptor)
                let status = try Self.status(of: descriptor)
                try Self.checkTrust(status)
                if isLocked, isTemporary(status) {
                    // In a directory that other users can write, it could be a hard link to another file of this user.
                    guard status.st_nlink == 1 else {
                        throw ConfigurationFileError(.untrusted, "has a temporary file with another hard link")
                    }
                    try Self.check(descriptor, isReplaceable)
                    return descriptor
                }
            } catch {
                close(descriptor)
                throw error
            }
            close(descriptor)
            usleep(10_000)
        }
        throw ConfigurationFileError(.unusable, "is locked by another writer")
    }

    /// Returns true if the lock was free. The kernel releases the lock of a process that dies.
    private static func lock(_ descriptor: Int32) throws(ConfigurationFileError) -> Bool {
        if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return true }
        guard errno == EINTR || errno == EWOULDBLOCK else { throw .system("cannot be locked", errno) }
        return false
    }

    private func isTemporary(_ status: stat) -> Bool {
        var current = stat()
        guard lstat(temporaryPath, &current) == 0 else { return false }
        return current.st_dev == status.st_dev && current.st_ino == status.st_ino
    }

    private static func fill(_ descriptor: Int32, with content: [UInt8]) throws(ConfigurationFileError) {
        // The mode is set again, since a file that a crash left may have another.
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
        // Before the rename: otherwise the name may reach the disk before the content.
        guard fsync(descriptor) == 0 else { throw .system("cannot be flushed to the disk", errno) }
    }

    /// Makes the rename durable. Some file systems cannot flush a directory and return EINVAL: they order writes
    /// themselves.
    private func syncDirectory() throws(ConfigurationFileError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("has a directory that cannot be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .system("has a directory that cannot be flushed to the disk", errno)
        }
    }
}

extension ConfigurationFileError {
    /// The error of a failed system call.
    fileprivate static func system(_ message: String, _ number: Int32) -> ConfigurationFileError {
        // `strerror` returns a constant for a known number; the thread-safe variants differ between C libraries.
        let reason = String(cString: strerror(number)).lowercased()
        return ConfigurationFileError(number == ENOENT ? .missing : .system, "\(message): \(reason)")
    }
}
