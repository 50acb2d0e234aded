// SPDX-License-Identifier: Apache-2.0

/// A user name and a password for a reverse proxy in front of Consul (RFC 7617). Consul itself accepts tokens only.
public struct BasicCredentials: Hashable, Sendable {
    /// The user name.
    public let username: String

    let password: Secret

    /// Creates credentials. Printing them does not show the password.
    ///
    /// - Parameters:
    ///   - username: The user name; a colon in it would begin the password.
    ///   - password: The password; empty for none.
    public init(username: String, password: String = "") {
        self.username = username
        self.password = Secret(password)
    }

    /// User name and password as they are sent (RFC 7617 section 2). This is an encoding, not encryption, and so a
    /// secret too.
    var encoded: Secret { Secret(Base64.encode(Array("\(username):\(password.text)".utf8))) }
}

/// The Base64 encoding of bytes (RFC 4648 section 4).
enum Base64 {
    private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | UInt32($1) } << (8 * UInt32(3 - group.count))
            for position in 0..<4 {
                let digit = digits[Int(bits >> UInt32(18 - 6 * position)) & 63]
                text.append(position <= group.count ? digit : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
