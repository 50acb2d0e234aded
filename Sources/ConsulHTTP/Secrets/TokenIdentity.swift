// SPDX-License-Identifier: Apache-2.0

/// The identity of a request's ACL token, which tells whether the token has been replaced. Printing it does not show the
/// token.
package struct TokenIdentity: Hashable, Sendable {
    private let token: Secret?

    init(_ token: Secret?) { self.token = token }
}
