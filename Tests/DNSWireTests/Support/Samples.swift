// SPDX-License-Identifier: Apache-2.0

/// Replies as Consul sends them, byte for byte.
enum Samples {
    /// `web.service.consul. SRV`: one instance, and its node's address as an additional record. The owner of that
    /// record is a bare pointer to the target (offset 0x36).
    static let service = WireBytes.hex(
        """
        1234 8500 0001 0001 0000 0001
        03 776562 07 73657276696365 06 636f6e73756c 00 0021 0001
        c00c 0021 0001 00000000 001a 0001 000a 1f90 02 6e31 04 6e6f6465 03 646331 06 636f6e73756c 00
        c036 0001 0001 00000000 0004 0a000001
        """
    )

    /// `nope.service.consul. A`: NXDOMAIN, and the SOA of the zone with a TTL of 15 seconds.
    static let noSuchName = WireBytes.hex(
        """
        0001 8503 0001 0000 0001 0000
        04 6e6f7065 07 73657276696365 06 636f6e73756c 00 0001 0001
        c019 0006 0001 0000000f 0026
          02 6e73 c019 0a 686f73746d6173746572 c019 65f00000 00000e10 00000258 00015180 0000000f
        """
    )

    /// `n1.node.consul. ANY` with EDNS: an address and metadata, and an OPT that offers 4096 bytes.
    static let metadata = WireBytes.hex(
        """
        0002 8500 0001 0002 0000 0001
        02 6e31 04 6e6f6465 06 636f6e73756c 00 00ff 0001
        c00c 0001 0001 00000000 0004 0a000001
        c00c 0010 0001 00000000 0009 03 613d31 04 623d2220
        00 0029 1000 00008000 000c 000a 0008 0102030405060708
        """
    )

    /// The names of the example in RFC 1035 section 4.1.4, at their offsets there.
    static let compression: [UInt8] = {
        var bytes = WireBytes.header() + Array(repeating: 0xff, count: 8)
        bytes += WireBytes.name("F.ISI.ARPA")
        bytes += Array(repeating: 0xff, count: 40 - bytes.count)
        bytes += WireBytes.label("FOO") + WireBytes.pointer(20)
        bytes += Array(repeating: 0xff, count: 64 - bytes.count)
        bytes += WireBytes.pointer(26)
        bytes += Array(repeating: 0xff, count: 92 - bytes.count)
        return bytes + [0]
    }()

    /// `web.service.consul. SRV` with the given number of instances, each with an address and metadata.
    static func services(_ count: Int) -> [UInt8] {
        var bytes = WireBytes.header(questions: 1, answers: count, additional: count * 2)
        bytes += WireBytes.question(WireBytes.name("web.service.consul"), type: 33)
        var targets: [Int] = []
        for index in 0..<count {
            let fields = [1, 10, 8000 + index].flatMap(WireBytes.uint16)
            targets.append(bytes.count + 12 + fields.count)
            bytes += WireBytes.record(
                WireBytes.pointer(12),
                type: 33,
                data: fields + WireBytes.name("node-\(1000 + index).node.dc1.consul")
            )
        }
        for (index, target) in targets.enumerated() {
            bytes += WireBytes.record(WireBytes.pointer(target), type: 1, data: [10, 0, 0, UInt8(index)])
            bytes += WireBytes.record(
                WireBytes.pointer(target),
                type: 16,
                data: WireBytes.label("consul-network-segment=")
            )
        }
        return bytes
    }
}
