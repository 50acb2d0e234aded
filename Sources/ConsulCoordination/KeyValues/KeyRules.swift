// SPDX-License-Identifier: Apache-2.0

/// The rules for keys that every version of Consul accepts.
enum KeyRules {
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``.
    static func check(_ key: String) throws(CoordinationError) {
        guard !key.isEmpty, !key.hasPrefix("/"), !key.contains("//") else {
            throw CoordinationError(
                .invalidArgument,
                "\"\(key)\" is no key: a key is not empty, begins with no slash, and has no two slashes in a row"
            )
        }
    }
}
