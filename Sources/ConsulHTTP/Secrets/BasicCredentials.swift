// SPDX-License-Identifier: Apache-2.0

/// A user name and a password for a reverse proxy in front of Consul, which itself knows only tokens (RFC 7617).
public struct BasicCredentials: Hashable, Sendable {
    /// The user name.
    public let username: String

    let password: Secret

    /// Credentials. The password is not shown by anything that prints them.
    ///
    /// - Parameters:
    ///   - username: The user name; a colon in it would begin the password.
    ///   - password: The password; empty for none.
    public init(username: String, password: String = "") {
        self.username = username
        self.password = Secret(password)
    }

    /// Both as they are sent (RFC 7617 section 2), which hides nothing from anybody who sees it.
    var encoded: Secret { Secret(Base64.encode(Array("\(username):\(password.text)".utf8))) }
}
