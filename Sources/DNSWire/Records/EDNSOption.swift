// SPDX-License-Identifier: Apache-2.0

/// One option of an OPT record (RFC 6891 section 6.1.2).
public struct EDNSOption: Hashable, Sendable {
    /// The kind of the option, for example 8 for a client subnet (RFC 7871).
    public var code: UInt16

    /// The data, without interpretation.
    public var data: [UInt8]

    /// Creates an option from its parts.
    public init(code: UInt16, data: [UInt8]) {
        self.code = code
        self.data = data
    }
}
