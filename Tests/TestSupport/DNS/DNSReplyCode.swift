// SPDX-License-Identifier: Apache-2.0

/// The response codes that a resolver meets (RFC 1035 section 4.1.1).
public enum DNSReplyCode: UInt8, Sendable, Hashable, CaseIterable {
    /// NOERROR: the query succeeded, possibly without records.
    case noError = 0
    /// FORMERR: the server could not interpret the query.
    case formatError = 1
    /// SERVFAIL: the server failed to process the query.
    case serverFailure = 2
    /// NXDOMAIN: the name does not exist.
    case nameError = 3
    /// NOTIMP: the server does not support this kind of query.
    case notImplemented = 4
    /// REFUSED: the server refuses to process the query.
    case refused = 5
}
