// SPDX-License-Identifier: Apache-2.0

/// The reason why a snapshot is not used, or was not written. It contains no part of the file's content.
package struct SnapshotError: Error, Hashable, Sendable, CustomStringConvertible {
    struct Code: Hashable, Sendable, CustomStringConvertible {
        package let description: String

        /// There is no file, or it is empty.
        package static let missing = Code(description: "missing")
        /// Another user may have written the file.
        package static let untrusted = Code(description: "untrusted")
        /// The file is not a snapshot.
        package static let foreign = Code(description: "foreign")
        /// The file is of a later release, or of an earlier one with a format that is no longer supported.
        static let unknownVersion = Code(description: "unknownVersion")
        /// The content has changed since it was written, or is invalid.
        static let damaged = Code(description: "damaged")
        /// The content exceeds the limits.
        package static let tooLarge = Code(description: "tooLarge")
        /// The file is older than the maximum age.
        static let tooOld = Code(description: "tooOld")
        /// Another writer has held the lock for too long.
        static let busy = Code(description: "busy")
        /// A system call failed.
        package static let system = Code(description: "system")
    }

    let code: Code

    /// The problem, as a predicate of "the snapshot".
    let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    package var description: String { message }
}
