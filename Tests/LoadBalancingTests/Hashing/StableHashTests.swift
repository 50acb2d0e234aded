// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import LoadBalancing

struct StableHashTests {
    /// The vectors of the reference implementation, which generate their own input.
    @Test(
        arguments: [
            (0, 0xEF46_DB37_51D8_E999, 0xAC75_FDA2_929B_17EF), (1, 0xE934_A84A_DB05_2768, 0x5014_6076_43A9_B4C3),
            (4, 0x9136_A0DC_A574_57EE, 0xCAAB_286B_D8E9_FDB5), (8, 0xCDBC_F538_E71D_1348, 0xFE0C_047A_5353_CDAC),
            (14, 0x8282_DCC4_994E_35C8, 0xC3BD_6BF6_3DEB_6DF0), (31, 0x299B_39A2_90E6_D783, 0xDA67_3D5F_EB5C_1D79),
            (32, 0x18B2_1649_2BB4_4B70, 0xB3F3_3BDF_93AD_E409), (33, 0x55C8_DC3E_578F_5B59, 0xE92C_292F_64BC_3071),
            (64, 0xEF55_8F8A_CAC2_B5CD, 0xB5EE_BA99_264C_C44F), (222, 0xB641_AE8C_B691_C174, 0x20CB_8AB7_AE10_C14A),
        ] as [(Int, UInt64, UInt64)]
    )
    func `XXH64 returns the published results`(length: Int, unseeded: UInt64, seeded: UInt64) {
        let prime: UInt64 = 2_654_435_761
        var word = prime
        let bytes = (0..<length).map { _ in
            defer { word &*= 11_400_714_785_074_694_797 }
            return UInt8(word >> 56)
        }
        #expect(StableHash.xxh64(bytes.span) == unseeded)
        #expect(StableHash.xxh64(bytes.span, seed: prime) == seeded)
    }

    /// Values computed by a separate program. A change here means that clients disagree with those of the previous
    /// release.
    @Test func `The mix of two words is the same in every release`() {
        #expect(StableHash.mix(0, 0) == 0x4821_8226_FF3C_D4BF)
        #expect(StableHash.mix(1, 0) == 0xEA85_68D2_E45F_D6CB)
        #expect(StableHash.mix(0, 1) == 0xDCE4_23FC_82C0_D5B8)
        #expect(StableHash.mix(0x0123_4567_89AB_CDEF, 0xFEDC_BA98_7654_3210) == 0xBE4D_3C86_3C90_1E50)
        #expect(StableHash.mix(.max, .max) == 0xE8BA_9F99_CA93_3538)
    }

    @Test func `Each bit of either word changes half of the bits of the result`() {
        var generator = SeededGenerator(seed: 64)
        for bit in 0..<64 {
            var changed = (left: 0, right: 0)
            for _ in 0..<100 {
                let (left, right) = (generator.next(), generator.next())
                let mixed = StableHash.mix(left, right)
                changed.left += (mixed ^ StableHash.mix(left ^ 1 << UInt64(bit), right)).nonzeroBitCount
                changed.right += (mixed ^ StableHash.mix(left, right ^ 1 << UInt64(bit))).nonzeroBitCount
            }
            // 3200 of 6400, with a standard deviation of 40.
            #expect(abs(changed.left - 3200) < 200 && abs(changed.right - 3200) < 200)
        }
    }
}
