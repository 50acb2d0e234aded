// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Reads tokens and certificates without linking Foundation.
///
/// The calls block, because such files are a few kilobytes on a local disk or in memory.
enum SmallFile {
    /// Returns the content of a regular file.
    static func read(_ path: String, atMost limit: Int) throws(FileError) -> [UInt8] {
        // Without `O_NONBLOCK`, opening a pipe without a writer would block for ever.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw .system(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .system(errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegular }
        return try readAll(descriptor, atMost: limit)
    }

    /// Returns the sorted paths of a directory's entries, without subdirectories and names that begin with a dot:
    /// Kubernetes keeps the versions of mounted secrets under such names.
    static func entries(of directory: String) throws(FileError) -> [String] {
        guard let stream = opendir(directory) else { throw .system(errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cString: $0) }
            }
            let path = "\(directory)/\(name)"
            if !name.hasPrefix("."), !isDirectory(path) { names.append(path) }
        }
        return names.sorted()
    }

    private static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func readAll(_ descriptor: Int32, atMost limit: Int) throws(FileError) -> [UInt8] {
        var content: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            let count = Self.readPiece(descriptor, &piece)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw .system(errno)
            }
            guard count > 0 else { return content }
            guard content.count + count <= limit else { throw .tooLarge }
            content.append(contentsOf: piece[..<count])
        }
    }

    private static func readPiece(_ descriptor: Int32, _ piece: inout [UInt8]) -> Int {
        piece.withUnsafeMutableBytes { buffer in
            #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Musl)
            Musl.read(descriptor, buffer.baseAddress, buffer.count)
            #elseif canImport(Darwin)
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
            #endif
        }
    }
}

/// The reason that a file could not be read.
enum FileError: Error, Hashable, Sendable {
    /// A system call failed with this `errno`.
    case system(Int32)
    /// The path is that of a directory, a pipe or a device.
    case notRegular
    /// The file exceeds the maximum size.
    case tooLarge

    /// The error as the predicate of a sentence about the file.
    var reason: String {
        switch self {
        // The text for a known number is a constant; the thread-safe variants differ between C libraries.
        case .system(let number): "cannot be read: \(String(cString: strerror(number)).lowercased())"
        case .notRegular: "is not a regular file"
        case .tooLarge: "exceeds the maximum size"
        }
    }
}
