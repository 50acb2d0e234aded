// SPDX-License-Identifier: Apache-2.0

/// The rules for keys.
///
/// Refused before anything is sent are keys that no version of Consul can read back by their path: Go's server answers
/// 301 to `/a`, `a//b` and paths with a segment `.` or `..`, with other words for the same key, and 400 to a NUL. In a
/// transaction, Consul accepts such keys, and stores entries that only a recursive read finds.
///
/// Consul 1.21.5 and later refuse more, by an expression that changed from patch to patch (hashicorp/consul#22822,
/// #22939): first every character outside `A-Za-z0-9,_./-?&=` and `..` anywhere, later a leading or trailing space and
/// encoded traversals, unless `disable_kv_key_validation` is set. Keys with such characters work with most versions, so
/// they are sent, and ``isPortable(_:)`` tells which ones might be refused.
package enum KeyRules {
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a key that cannot be read back.
    static func check(_ key: String) throws(CoordinationError) {
        guard !key.isEmpty else { throw refusal(key, "it is empty") }
        try check(prefix: key)
    }

    /// Checks the beginning of keys, which may be empty: then it is that of all keys.
    static func check(prefix: String) throws(CoordinationError) {
        // Compared as bytes: a slash with a combining mark is another character to Swift, but a slash to Consul.
        let segments = prefix.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        if segments.count > 1, segments[0].isEmpty { throw refusal(prefix, "it begins with a slash") }
        // A trailing slash is allowed: it leaves one empty segment at the end.
        if segments.dropFirst().dropLast().contains(where: \.isEmpty) {
            throw refusal(prefix, "it has two slashes in a row")
        }
        if segments.contains(where: { $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) }) {
            throw refusal(prefix, "\".\" and \"..\" are no segments of a key")
        }
        if prefix.utf8.contains(0) { throw refusal(prefix, "it has a NUL character") }
    }

    /// Returns true if every version of Consul accepts the key.
    package static func isPortable(_ key: String) -> Bool {
        guard (try? check(key)) != nil, !key.utf8.isEmpty else { return false }
        var last: UInt8?
        for byte in key.utf8 {
            guard isPortable(byte), byte != UInt8(ascii: ".") || last != byte else { return false }
            last = byte
        }
        return true
    }

    private static func isPortable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: ","), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "-"): true
        case UInt8(ascii: "?"), UInt8(ascii: "&"), UInt8(ascii: "="): true
        default: false
        }
    }

    private static func refusal(_ key: String, _ reason: String) -> CoordinationError {
        CoordinationError(.invalidArgument, "\"\(key)\" is no key for Consul: \(reason)")
    }
}
