// SPDX-License-Identifier: Apache-2.0

import NetworkAddress
import Testing

@testable import LoadBalancing

struct HostPortStableHashTests {
    /// The values come from the reference implementation of XXH64, from bytes that another program composed.
    @Test(
        arguments: [
            ("10.0.0.1:8080", 0x4480_3978_ED2A_42B8), ("10.0.0.2:8080", 0xFFEB_914D_08C2_019A),
            ("10.0.0.1:8081", 0xBEB4_8AE3_BA40_E9FF), ("[2001:db8::1]:8080", 0x00B0_8A15_60AF_F3C4),
            ("consul.local:8500", 0xF7AC_9A40_81FA_93A0),
        ] as [(String, UInt64)]
    )
    func `The hash of a host and port is the same in every release`(text: String, hash: UInt64) throws {
        #expect(try HostPort(text).stableHash == hash)
    }

    @Test func `An endpoint has one hash, however its address is written`() throws {
        #expect(try HostPort("[::ffff:10.0.0.1]:8080").stableHash == HostPort("10.0.0.1:8080").stableHash)
        #expect(try HostPort("Consul.LOCAL:8500").stableHash == HostPort("consul.local:8500").stableHash)
    }

    @Test func `The hash ignores the case of ASCII letters only`() {
        let hashes = ["x[", "x{", "x@", "x`"].map { HostPort(host: .name($0), port: 1).stableHash }
        #expect(Set(hashes).count == 4)
    }
}
