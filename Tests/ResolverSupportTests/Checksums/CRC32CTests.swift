// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

struct CRC32CTests {
    @Test func `The checksum is the CRC-32C of RFC 3720`() {
        // The usual check value of CRC catalogs, and the examples of RFC 3720 appendix B.4.
        #expect(CRC32C.checksum("123456789".utf8) == 0xE306_9283)
        #expect(CRC32C.checksum([UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
        #expect(CRC32C.checksum([UInt8](repeating: 0xff, count: 32)) == 0x62A8_AB43)
        #expect(CRC32C.checksum(0...31) == 0x46DD_794E)
        #expect(CRC32C.checksum([]) == 0)
    }
}
