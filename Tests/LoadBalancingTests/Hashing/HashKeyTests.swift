// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import LoadBalancing

struct HashKeyTests {
    /// The values come from the reference implementation of XXH64.
    @Test func `The key of a text is the same in every release`() {
        #expect(HashKey("").value == 0xEF46_DB37_51D8_E999)
        #expect(HashKey("a").value == 0xD24E_C4F1_A98C_6E5B)
        #expect(HashKey("abc").value == 0x44BC_2CF5_AD77_0999)
        #expect(HashKey("customer-4711").value == 0xB638_AAAD_2DB4_4A3F)
        #expect(HashKey("\u{E9}").value == 0x17D7_57DF_B8B4_6F78)
    }

    @Test func `The key of a number is the same in every release`() {
        #expect(HashKey(0).value == 0x34C9_6ACD_CADB_1BBB)
        #expect(HashKey(1).value == 0x9F29_CB17_A2A4_9995)
        #expect(HashKey(42).value == 0xB556_806F_B6D1_4353)
        #expect(HashKey(UInt64.max).value == 0x85D1_36AD_B773_C6C9)
        #expect(HashKey(UInt64(1) << 63).value == 0x3F42_5EAC_F015_44E0)
        #expect(HashKey(UInt128(1) << 64).value == 0x5522_E3E9_1134_A8FB)
    }

    @Test func `The width of a number does not change its key`() {
        #expect(HashKey(5 as UInt8) == HashKey(5))
        #expect(HashKey(-5 as Int8) == HashKey(-5))
        #expect(HashKey(5 as Int128) == HashKey(5))
        #expect(HashKey(Int128(1) << 64) == HashKey(UInt128(1) << 64))
        #expect(HashKey(5) != HashKey(6))
    }

    @Test func `A literal, a text, a substring and their bytes have the same key`() {
        let literal: HashKey = "order-1"
        let text = "my order-1"
        #expect(literal == HashKey(String("order-1")))
        #expect(literal == HashKey(text.dropFirst(3)))
        #expect(literal == HashKey(bytes: Array("order-1".utf8)))
        // A sequence without contiguous storage.
        #expect(literal == HashKey(bytes: "1-redro".utf8.reversed()))
        #expect(literal != "order-2")
    }

    @Test func `Pick options accept texts and keys`() {
        let text = "customer-4711"
        let key = HashKey(text)
        let optional: String? = text
        #expect(PickOptions(key: "customer-4711").key == key)
        #expect(PickOptions(key: text).key == key)
        #expect(PickOptions(key: optional).key == key)
        #expect(PickOptions(key: text.dropFirst(0)).key == key)
        #expect(PickOptions(key: "customer-\(4711)").key == key)
        #expect(PickOptions(key: key).key == key)
        #expect(PickOptions(key: nil).key == nil)
        #expect(PickOptions(key: nil as String?).key == nil)
        #expect(PickOptions(excluded: [Endpoint.numbered(1).hostPort]).key == nil)
        let host = Endpoint.numbered(1).hostPort
        #expect(PickOptions(key: text, excluded: [host]).excluded == [host])
        #expect(PickOptions(key: key, excluded: [host]).excluded == [host])
    }
}
