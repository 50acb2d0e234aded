// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

extension RecordView {
    /// Returns the address of an A or AAAA record of the Internet class, nil for any other record.
    ///
    /// Type 1 has another meaning in other classes (RFC 1035 section 3.4).
    @inlinable
    public func address(in bytes: Span<UInt8>) throws(WireError) -> IPAddress? {
        guard recordClass == .internet else { return nil }
        if type == .a {
            guard dataCount == 4 else { throw WireError(.badRecordLength, at: dataOffset) }
            return .v4(IPv4Address(rawValue: bytes.readUInt32(at: dataOffset)))
        }
        if type == .aaaa {
            guard dataCount == 16 else { throw WireError(.badRecordLength, at: dataOffset) }
            return .v6(
                IPv6Address(high: bytes.readUInt64(at: dataOffset), low: bytes.readUInt64(at: dataOffset &+ 8))
            )
        }
        return nil
    }

    /// Returns the fields of an SRV record of the Internet class, nil for any other record.
    ///
    /// RFC 2782 forbids compression of the target, but older servers compress it, so both forms are accepted.
    @inlinable
    public func service(in bytes: Span<UInt8>) throws(WireError) -> ServiceView? {
        guard type == .srv, recordClass == .internet else { return nil }
        guard dataCount > 6 else { throw WireError(.badRecordLength, at: dataOffset) }
        let target = EncodedName(offset: dataOffset &+ 6)
        guard try target.end(in: bytes) == dataOffset &+ dataCount else {
            throw WireError(.badRecordLength, at: dataOffset)
        }
        return ServiceView(
            priority: bytes.readUInt16(at: dataOffset),
            weight: bytes.readUInt16(at: dataOffset &+ 2),
            port: bytes.readUInt16(at: dataOffset &+ 4),
            target: target
        )
    }
}
