// SPDX-License-Identifier: Apache-2.0

/// Where the ACL token of a request comes from. Nothing that prints it shows a token.
public struct TokenSource: Sendable {
    enum Source: Sendable {
        case none
        case value(Secret)
        case file(String)
        case provider(@Sendable () async throws -> String)
    }

    let source: Source

    /// No token: what Consul lets everybody do.
    public static let none = TokenSource(source: .none)

    /// Whether this is ``none``: there is nothing to send. False says nothing about whether a token can be had.
    public var isNone: Bool {
        if case .none = source { true } else { false }
    }

    /// Always the same token.
    public static func value(_ token: String) -> TokenSource {
        TokenSource(source: .value(Secret(token)))
    }

    /// The content of a file, less white space around it.
    ///
    /// The file is read for every request. That costs some microseconds where a request costs hundreds, and no look at
    /// its time of change would see a token that is replaced twice within the clock's grain. A file that is empty for
    /// the moment, or gone, fails the request: it is not sent without a token. ``checkFile()`` tells so before the first one.
    public static func file(_ path: String) -> TokenSource {
        TokenSource(source: .file(path))
    }

    /// The token that a closure returns. It is asked before every request, and its time counts into the request's. When that
    /// is over, the closure's task is cancelled, and the request fails without waiting for the closure. A closure that wants
    /// to keep its token keeps it itself.
    public static func provider(_ token: @escaping @Sendable () async throws -> String) -> TokenSource {
        TokenSource(source: .provider(token))
    }
}
