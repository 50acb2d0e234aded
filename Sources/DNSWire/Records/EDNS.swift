// SPDX-License-Identifier: Apache-2.0

/// The content of an OPT record: capabilities beyond RFC 1035 (RFC 6891 section 6.1).
package struct EDNS: Hashable, Sendable {
    /// The largest UDP message that the sender accepts, in bytes.
    package var payloadSize: UInt16

    /// The upper eight bits of the response code.
    package var extendedResponseCode: UInt8

    /// The version; 0 is the only one.
    package var version: UInt8

    /// The sixteen flag bits; the top one is DO (RFC 3225).
    package var flags: UInt16

    /// The options, in the order of the message.
    package var options: [EDNSOption]

    /// Creates the content from its parts; by default version 0 without flags or options.
    package init(
        payloadSize: UInt16,
        extendedResponseCode: UInt8 = 0,
        version: UInt8 = 0,
        flags: UInt16 = 0,
        options: [EDNSOption] = []
    ) {
        self.payloadSize = payloadSize
        self.extendedResponseCode = extendedResponseCode
        self.version = version
        self.flags = flags
        self.options = options
    }
}

extension EDNS: CustomStringConvertible {
    /// One line such as `version 0 udp 1232 flags 0x8000 option 10 (8 bytes)`; OPT has no presentation format.
    package var description: String {
        let options = options.map { " option \($0.code) (\($0.data.count) bytes)" }.joined()
        return "version \(version) udp \(payloadSize) flags 0x\(String(flags, radix: 16))\(options)"
    }
}

/// One option of an OPT record (RFC 6891 section 6.1.2).
package struct EDNSOption: Hashable, Sendable {
    /// The kind of the option, for example 8 for a client subnet (RFC 7871).
    package var code: UInt16

    /// The data, without interpretation.
    package var data: [UInt8]

    /// Creates an option from its parts.
    package init(code: UInt16, data: [UInt8]) {
        self.code = code
        self.data = data
    }
}
