// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

/// Base64 as in RFC 4648 section 4.
struct Base64Tests {
    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("\u{FF}~", "w79+"),
    ])
    func `Base64 encodes and decodes bytes as in RFC 4648`(text: String, encoded: String) {
        #expect(Base64.encode(Array(text.utf8)) == encoded)
        #expect(Base64.decode(Array(encoded.utf8)) == Array(text.utf8))
    }

    @Test func `Base64 decodes every byte and every length`() {
        for count in 0..<260 {
            let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) }
            #expect(Base64.decode(Array(Base64.encode(bytes).utf8)) == bytes)
        }
    }

    @Test(arguments: ["Zg", "Zg=", "=g==", "Z===", "Zm9v\n", "Zm-v", "Zg==Zg=="])
    func `Text that is not Base64 with padding is not decoded`(text: String) {
        #expect(Base64.decode(Array(text.utf8)) == nil)
    }
}
