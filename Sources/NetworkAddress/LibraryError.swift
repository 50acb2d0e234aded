// SPDX-License-Identifier: Apache-2.0

/// A marker protocol for all errors that this package throws.
///
/// These errors report on Consul, on a setting or on a request, never on the endpoint that a caller was using when a
/// nested call threw one. So they do not count in endpoint health. The protocols of this file are declared here because
/// every target that throws imports this one.
package protocol LibraryError: Error {}

/// An error that describes itself by its message.
package protocol MessageError: LibraryError, CustomStringConvertible {
    /// The sentence to show to users.
    var message: String { get }
}

extension MessageError {
    /// The message.
    public var description: String { message }
}

/// A value of a public set that may grow, such as the codes of an error: equal to another one of the same name.
package protocol NamedValue: Hashable, Sendable, CustomStringConvertible {
    /// The name in the API, which is also the description.
    var name: String { get }
}

extension NamedValue {
    /// The name.
    public var description: String { name }
}
