// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension RecordData: CustomStringConvertible {
    /// The presentation format of RFC 1035 section 5, or of RFC 3597 section 5 for data of unknown meaning.
    public var description: String {
        switch self {
        case .a(let address): address.description
        case .aaaa(let address): address.description
        case .srv(let service): service.description
        case .cname(let name), .ptr(let name), .ns(let name): name.description
        case .mx(let preference, let exchange): "\(preference) \(exchange)"
        case .txt(let strings): strings.map(Self.quoted).joined(separator: " ")
        case .soa(let authority): authority.description
        case .opt(let edns): edns.description
        case .unknown(let data): Self.opaque(data)
        }
    }

    private static func quoted(_ string: [UInt8]) -> String {
        var text = [UInt8(ascii: "\"")]
        for byte in string {
            PresentationEscape.appendQuotedByte(byte, to: &text)
        }
        text.append(UInt8(ascii: "\""))
        return String(decoding: text, as: UTF8.self)
    }

    private static func opaque(_ data: [UInt8]) -> String {
        guard !data.isEmpty else { return "\\# 0" }
        let digits = Array("0123456789abcdef".utf8)
        let hex = data.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 0xf)]] }
        return "\\# \(data.count) \(String(decoding: hex, as: UTF8.self))"
    }
}
