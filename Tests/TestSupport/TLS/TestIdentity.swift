// SPDX-License-Identifier: Apache-2.0

/// A certificate and its key, as PEM files.
public struct TestIdentity: Sendable, Hashable {
    /// The path of the certificate.
    public let certificate: String
    /// The path of its private key.
    public let key: String
}
