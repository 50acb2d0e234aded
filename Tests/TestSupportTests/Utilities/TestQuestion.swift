// SPDX-License-Identifier: Apache-2.0

/// Queries written down byte by byte, so that no builder stands between a test and what the server reads.
enum TestQuestion {
    /// `wEb.service.consul. SRV`, identifier 0x1234, without EDNS.
    static let web: [UInt8] =
        [0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]
        + [3] + Array("wEb".utf8) + [7] + Array("service".utf8) + [6] + Array("consul".utf8) + [0, 0, 33, 0, 1]

    /// The same with an OPT record that announces 1232 bytes.
    static let webWithEDNS: [UInt8] =
        web.prefix(11) + [1] + web.dropFirst(12) + [0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0]
}
