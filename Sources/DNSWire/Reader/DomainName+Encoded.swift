// SPDX-License-Identifier: Apache-2.0

extension DomainName {
    /// Copies a name out of a message, uncompressed and with its case preserved.
    public init(_ name: EncodedName, in bytes: Span<UInt8>) throws(WireError) {
        var wireBytes: [UInt8] = []
        wireBytes.reserveCapacity(64)
        var labels = EncodedLabels(name)
        while let label = try labels.next(in: bytes) {
            wireBytes.append(UInt8(truncatingIfNeeded: label.count))
            for index in 0..<label.count {
                wireBytes.append(bytes[label.start &+ index])
            }
        }
        wireBytes.append(0)
        self.init(uncheckedWireBytes: wireBytes)
    }
}
