// SPDX-License-Identifier: Apache-2.0

/// The response codes a resolver meets.
public enum DNSReplyCode: UInt8, Sendable, Hashable, CaseIterable {
    /// The question was answered, if only with nothing.
    case noError = 0
    /// The question could not be read.
    case formatError = 1
    /// The server could not find out.
    case serverFailure = 2
    /// There is no such name.
    case nameError = 3
    /// The server does not do this.
    case notImplemented = 4
    /// The server will not do this.
    case refused = 5
}
