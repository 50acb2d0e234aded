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
    /// the moment, or gone, fails the request: it is not sent without a token.
    public static func file(_ path: String) -> TokenSource {
        TokenSource(source: .file(path))
    }

    /// What a closure returns. It is asked before every request, and its time counts into the request's, so it
    /// has to heed the cancellation of its task; whoever wants the token kept, keeps it there.
    public static func provider(_ token: @escaping @Sendable () async throws -> String) -> TokenSource {
        TokenSource(source: .provider(token))
    }
}
