// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

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
