// SPDX-License-Identifier: Apache-2.0

/// A user name and a password for a reverse proxy in front of Consul (RFC 7617). Consul itself accepts tokens only.
public struct BasicCredentials: Hashable, Sendable {
    /// The user name.
    let username: String

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
