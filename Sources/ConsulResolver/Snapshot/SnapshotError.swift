// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Why a snapshot is not used, or was not written. It holds nothing of what is in the file.
struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    struct Code: Hashable, Sendable, CustomStringConvertible {
        let description: String

        /// There is no file, or an empty one.
        static let missing = Code(description: "missing")
        /// Somebody else may have written the file.
        static let untrusted = Code(description: "untrusted")
        /// It is another kind of file.
        static let foreign = Code(description: "foreign")
        /// A later release has written it, or an earlier one whose format has been given up.
        static let unknownVersion = Code(description: "unknownVersion")
        /// It is not as it was written, or what was written makes no sense.
        static let damaged = Code(description: "damaged")
        /// It holds more than it may.
        static let tooLarge = Code(description: "tooLarge")
        /// What it says is no longer worth anything.
        static let tooOld = Code(description: "tooOld")
        /// Another writer does not come to its end.
        static let busy = Code(description: "busy")
        /// The system said no.
        static let system = Code(description: "system")
    }

    let code: Code

    /// What is wrong with "the snapshot".
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// - Parameter number: The `errno`.
    static func system(_ message: String, _ number: Int32) -> SnapshotError {
        // The text for a known number is a constant; the thread-safe variants differ between C libraries.
        let reason = String(cString: strerror(number)).lowercased()
        return SnapshotError(number == ENOENT ? .missing : .system, "\(message): \(reason)")
    }

    var description: String { message }
}
