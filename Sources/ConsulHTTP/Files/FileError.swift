// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a file could not be read.
enum FileError: Error, Hashable, Sendable {
    /// The system said no; the `errno`.
    case system(Int32)
    /// It is a directory, a pipe or a device.
    case notRegular
    /// It is larger than it should be.
    case tooLarge

    /// What is wrong with "the file".
    var reason: String {
        switch self {
        // The text for a known number is a constant; the thread-safe variants differ between C libraries.
        case .system(let number): "cannot be read: \(String(cString: strerror(number)).lowercased())"
        case .notRegular: "is not a regular file"
        case .tooLarge: "is too large to be one"
        }
    }
}
