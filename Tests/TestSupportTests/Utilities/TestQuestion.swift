// SPDX-License-Identifier: Apache-2.0

@testable import TestSupport

/// A query in encoded form.
struct TestQuestion {
    let bytes: [UInt8]

    /// A query written byte by byte, so that no encoder stands between a test and the bytes that the server reads.
    ///
    /// `wEb.service.consul. SRV`, identifier 0x1234, without EDNS.
    static let web: [UInt8] =
        [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        + [3] + Array("wEb".utf8) + [7] + Array("service".utf8) + [6] + Array("consul".utf8) + [0, 0, 33, 0, 1]

    /// The same query with an OPT record that announces 1232 bytes.
    static let webWithEDNS: [UInt8] =
        web.prefix(11) + [1] + web.dropFirst(12) + [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]

    /// Makes a query for any name and type, with an OPT record if a size is given.
    init(_ name: String, type: UInt16 = DNSType.srv, edns: UInt16? = nil) {
        var message = DNSReply(id: 0x1234, name: DNSName(name), type: type)
        message.isAuthoritative = false
        if let edns { message.additional = [.opt(udpSize: edns)] }
        var bytes = message.bytes
        // Clear the QR flag, which marks a response.
        bytes[2] &= 0x7F
        self.bytes = bytes
    }
}
