// SPDX-License-Identifier: Apache-2.0

/// The source of a request's ACL token. Printing it does not show the token.
public struct TokenSource: Sendable {
    enum Source: Sendable {
        case none
        case value(Secret)
        case file(String)
        case provider(@Sendable () async throws -> String)
    }

    let source: Source

    /// No token: requests have the permissions of Consul's anonymous token.
    public static let none = TokenSource(source: .none)

    /// True if this is ``none``. False does not guarantee that a token is available.
    package var isNone: Bool {
        if case .none = source { true } else { false }
    }

    /// A fixed token.
    public static func value(_ token: String) -> TokenSource {
        TokenSource(source: .value(Secret(token)))
    }

    /// The content of a file, without surrounding white space.
    ///
    /// The file is read for every request. That costs some microseconds, where a request costs hundreds; comparing
    /// modification times would miss a token that is replaced twice within the clock's resolution. If the file is empty
    /// or missing, the request fails and is not sent without a token. ``checkFile()`` detects this before the first
    /// request.
    public static func file(_ path: String) -> TokenSource {
        TokenSource(source: .file(path))
    }

    /// The token that a closure returns. The closure is called before every request, and its time counts toward the
    /// time limit of the request. At that limit, the closure's task is canceled, and the request fails without waiting
    /// for the closure. The client does not cache the token; the closure may. A registrar also calls it before each
    /// heartbeat, to find out whether the token was replaced.
    public static func provider(_ token: @escaping @Sendable () async throws -> String) -> TokenSource {
        TokenSource(source: .provider(token))
    }
}
