// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A file that only its owner may write, and that is replaced as a whole. Reading does not trust its owner.
///
/// All methods block.
package struct PrivateFile: Sendable {
    package let path: String
    /// The longest wait for another writer. A slow disk needs seconds.
    private let patience: Duration

    package init(path: String, patience: Duration = .seconds(10)) {
        (self.path, self.patience) = (path, patience)
    }

    /// The path of the temporary file. All writers share it, so that a crash leaves at most one such file, which the
    /// next writer reuses. A lock excludes concurrent writers.
    package var temporaryPath: String { path + ".tmp" }

    /// The directory of both files. They share it, since a rename works only within one file system.
    package var directory: String {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }
}

/// The reason why a private file is not used, or was not replaced. It contains no part of the file's content.
package struct PrivateFileError: Error, Hashable, Sendable, CustomStringConvertible {
    package enum Code: Hashable, Sendable {
        /// There is no file, or it is empty.
        case missing
        /// Another user may have written the file.
        case untrusted
        /// The file is of another kind.
        case foreign
        /// The file is of a later release, or of an earlier one with a format that is no longer supported.
        case unknownVersion
        /// The content has changed since it was written, or is invalid.
        case damaged
        /// The file is older than the maximum age.
        case tooOld
        /// The content exceeds the limits.
        case tooLarge
        /// Another writer has held the lock for too long.
        case busy
        /// A system call failed.
        case system
    }

    package let code: Code

    /// The problem, as a predicate of the file.
    package let message: String

    package init(_ code: Code, _ message: String) {
        (self.code, self.message) = (code, message)
    }

    package var description: String { message }

    /// Creates the error of a failed system call.
    ///
    /// - Parameter number: The `errno`.
    fileprivate static func system(_ message: String, _ number: Int32) -> PrivateFileError {
        // `strerror` returns a constant for a known number; the thread-safe variants differ between C libraries.
        let reason = String(cString: strerror(number)).lowercased()
        return PrivateFileError(number == ENOENT ? .missing : .system, "\(message): \(reason)")
    }

    fileprivate var ofTemporaryFile: PrivateFileError {
        PrivateFileError(code, "has a temporary file (.tmp) that \(message)")
    }
}

// MARK: - Reading

extension PrivateFile {
    /// Returns the content of the file, if only this user can have written it.
    ///
    /// The file must not be a symbolic link, although the directories above it may be links. Another user who can
    /// create the link could choose which of this user's files is read, and writing would replace the link anyway.
    package func content(atMost limit: Int) throws(PrivateFileError) -> [UInt8] {
        let descriptor = try Self.openForReading(path)
        defer { close(descriptor) }
        let status = try Self.status(of: descriptor)
        try Self.checkTrust(status)
        let tooLarge = PrivateFileError(.tooLarge, "has more than \(limit) bytes")
        guard status.st_size <= limit else { throw tooLarge }
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
            guard content.count + count <= limit else { throw tooLarge }
            content.append(contentsOf: piece[..<count])
        }
    }

    private static func openForReading(_ path: String) throws(PrivateFileError) -> Int32 {
        // Without O_NONBLOCK, opening a pipe without a writer would wait forever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)
        guard descriptor >= 0 else { throw openFailure(errno) }
        return descriptor
    }

    private static func openFailure(_ number: Int32) -> PrivateFileError {
        number == ELOOP ? PrivateFileError(.untrusted, "is a symbolic link") : .system("cannot be opened", number)
    }

    private static func status(of descriptor: Int32) throws(PrivateFileError) -> stat {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system("cannot be examined", errno) }
        return status
    }

    /// Throws if another user may have written the file. For all other users, root is another user as well.
    private static func checkTrust(_ status: stat) throws(PrivateFileError) {
        try checkOwner(status)
        guard status.st_mode & (S_IWGRP | S_IWOTH) == 0 else {
            throw PrivateFileError(.untrusted, "can be written by users other than its owner")
        }
    }

    /// Throws if the file is not a regular file of this user.
    private static func checkOwner(_ status: stat) throws(PrivateFileError) {
        guard status.st_mode & S_IFMT == S_IFREG else { throw PrivateFileError(.untrusted, "is not a regular file") }
        guard status.st_uid == geteuid() else { throw PrivateFileError(.untrusted, "belongs to another user") }
    }
}

// MARK: - Replacing

extension PrivateFile {
    /// Replaces the file atomically. Even after a crash of the machine, the file has either the complete old content or
    /// the complete new content.
    ///
    /// - Parameter isReplaceable: As for ``checkReplaceable(if:)``.
    package func replace(with content: [UInt8], if isReplaceable: ([UInt8]) -> Bool) throws(PrivateFileError) {
        try checkReplaceable(if: isReplaceable)
        let descriptor = try openTemporary(isReplaceable)
        defer { close(descriptor) }
        do throws(PrivateFileError) {
            try Self.fill(descriptor, with: content)
            guard rename(temporaryPath, path) == 0 else { throw .system("cannot be renamed into place", errno) }
        } catch {
            // The file is still locked, so no other writer uses it. A full disk needs the space.
            unlink(temporaryPath)
            throw error
        }
        try syncDirectory()
    }

    /// Throws if there is a file of another kind, so that a mistyped path does not destroy it.
    ///
    /// - Parameter isReplaceable: Returns true if a file that begins with some bytes, 64 at most, may be replaced.
    package func checkReplaceable(if isReplaceable: ([UInt8]) -> Bool) throws(PrivateFileError) {
        let descriptor: Int32
        do throws(PrivateFileError) { descriptor = try Self.openForReading(path) } catch {
            if error.code == .missing { return }
            throw error
        }
        defer { close(descriptor) }
        // A file with too wide a mode is replaced by one with the right mode.
        try Self.checkOwner(try Self.status(of: descriptor))
        try Self.checkContent(descriptor, isReplaceable)
    }

    private static func checkContent(
        _ descriptor: Int32,
        _ isReplaceable: ([UInt8]) -> Bool
    ) throws(PrivateFileError) {
        var beginning = [UInt8](repeating: 0, count: 64)
        let count = beginning.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .system("cannot be read", errno) }
        guard isReplaceable(Array(beginning[..<count])) else {
            throw PrivateFileError(.foreign, "is another kind of file, which is not replaced")
        }
    }

    /// Opens and locks the temporary file.
    ///
    /// The previous holder of the lock has renamed or removed the file. If this process opened the file before that,
    /// its descriptor may now refer to the published file, which must not be modified. It then opens the file again.
    private func openTemporary(_ isReplaceable: ([UInt8]) -> Bool) throws(PrivateFileError) -> Int32 {
        while true {
            let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
            let descriptor = open(temporaryPath, flags, S_IRUSR | S_IWUSR)
            guard descriptor >= 0 else { throw Self.openFailure(errno).ofTemporaryFile }
            do throws(PrivateFileError) {
                try lock(descriptor)
                let status = try Self.status(of: descriptor)
                try Self.checkTrust(status)
                if isTemporary(status) {
                    // In a directory that other users can write, it could be a hard link to another file of this user.
                    guard status.st_nlink == 1 else { throw PrivateFileError(.untrusted, "has another hard link") }
                    try Self.checkContent(descriptor, isReplaceable)
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
    private func lock(_ descriptor: Int32) throws(PrivateFileError) {
        let pause = timespec(tv_sec: 0, tv_nsec: 5_000_000)
        let end = Moment.now + patience
        while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
            guard errno == EINTR || errno == EWOULDBLOCK else { throw .system("cannot be locked", errno) }
            guard Moment.now < end else {
                throw PrivateFileError(.busy, "has been locked by another writer for \(patience)")
            }
            _ = withUnsafePointer(to: pause) { nanosleep($0, nil) }
        }
    }

    private static func fill(_ descriptor: Int32, with content: [UInt8]) throws(PrivateFileError) {
        // The file is emptied only under its lock. Its mode is set again, since a file left by a crash may have
        // another.
        guard ftruncate(descriptor, 0) == 0, fchmod(descriptor, S_IRUSR | S_IWUSR) == 0 else {
            throw .system("cannot be emptied", errno)
        }
        var offset = 0
        while offset < content.count {
            // The content is not empty here, so it has an address.
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
    private func syncDirectory() throws(PrivateFileError) {
        let descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .system("has a directory that cannot be opened", errno) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .system("has a directory that cannot be flushed to the disk", errno)
        }
    }
}
