// SPDX-License-Identifier: Apache-2.0

/// Snapshots as bytes and back, without any input or output.
///
/// ```
/// magic 8 | version 2 | length of the content 4 | content | CRC-32C of all before 4
/// ```
///
/// Integers are little-endian; texts, lists and dictionaries have their length in front, as four bytes. A format of its
/// own: it is read once, by the program that wrote it, and it must be impossible to read it wrongly. JSON would have to
/// be written with a checksum around it all the same, and twenty times as many ways to be malformed.
enum SnapshotCoder {
    /// What this release writes, and all that it reads.
    static let version: UInt16 = 1

    /// The zero tells every tool that this is no text.
    private static let magic = Array("SCRSNAP\0".utf8)
    private static let headerCount = magic.count + 6
    private static let checksumCount = 4

    /// What could not be read back is left out: one odd answer must not cost the others.
    ///
    /// - Throws: For a snapshot that is beyond the limits.
    static func encode(_ snapshot: Snapshot) throws(SnapshotError) -> [UInt8] {
        let storable = Snapshot(writtenAt: max(snapshot.writtenAt, 0), entries: snapshot.entries.filter(\.isStorable))
        guard storable.entries.count <= SnapshotLimits.entries else {
            throw SnapshotError(.tooLarge, "would have more than \(SnapshotLimits.entries) services")
        }
        guard storable.entries.reduce(0, { $0 + $1.endpoints.count }) <= SnapshotLimits.endpoints else {
            throw SnapshotError(.tooLarge, "would have more than \(SnapshotLimits.endpoints) endpoints")
        }
        var encoder = SnapshotEncoder()
        encoder.write(storable)
        guard encoder.bytes.count <= SnapshotLimits.bytes - headerCount - checksumCount else {
            throw SnapshotError(.tooLarge, "would have more than \(SnapshotLimits.bytes) bytes")
        }
        return seal(encoder.bytes)
    }

    /// - Throws: For anything but the whole of what ``encode(_:)`` has made.
    static func decode(_ bytes: [UInt8]) throws(SnapshotError) -> Snapshot {
        var decoder = SnapshotDecoder(bytes, within: try unseal(bytes))
        let snapshot = try decoder.readSnapshot()
        guard decoder.isAtEnd else { throw decoder.nonsense("bytes behind the last service") }
        return snapshot
    }

    /// The number of bytes at the beginning of a file that tell whether it is a snapshot.
    static var magicCount: Int { magic.count }

    /// Whether a file that begins like this may be a snapshot of any version, or what a writer that was interrupted has left
    /// of one. An empty file may be.
    static func isSnapshot(beginningWith bytes: [UInt8]) -> Bool {
        bytes.starts(with: magic) || magic.starts(with: bytes)
    }

    /// Puts content between header and checksum.
    static func seal(_ content: [UInt8], version: UInt16 = version) -> [UInt8] {
        var encoder = SnapshotEncoder()
        encoder.bytes.reserveCapacity(headerCount + content.count + checksumCount)
        encoder.bytes += magic
        encoder.write(version)
        encoder.write(UInt32(clamping: content.count))
        encoder.bytes += content
        encoder.write(CRC32C.checksum(encoder.bytes))
        return encoder.bytes
    }

    /// Where the content is. The version comes before everything that another version might do differently.
    private static func unseal(_ bytes: [UInt8]) throws(SnapshotError) -> Range<Int> {
        guard bytes.count <= SnapshotLimits.bytes else {
            throw SnapshotError(.tooLarge, "has more than \(SnapshotLimits.bytes) bytes")
        }
        guard !bytes.isEmpty else { throw SnapshotError(.missing, "is empty") }
        guard bytes.starts(with: magic) else { throw SnapshotError(.foreign, "is another kind of file") }
        var header = SnapshotDecoder(bytes, within: magic.count..<bytes.count)
        let version = try header.read(UInt16.self)
        guard version == Self.version else {
            throw SnapshotError(.unknownVersion, "has version \(version), and only \(Self.version) is known")
        }
        let count = try header.read(UInt32.self)
        guard bytes.count - headerCount >= checksumCount, bytes.count - headerCount - checksumCount == count else {
            throw SnapshotError(.damaged, "is not as long as it says")
        }
        let content = headerCount..<bytes.count - checksumCount
        var trailer = SnapshotDecoder(bytes, within: content.upperBound..<bytes.count)
        guard try trailer.read(UInt32.self) == CRC32C.checksum(bytes[..<content.upperBound]) else {
            throw SnapshotError(.damaged, "has another checksum than it was written with")
        }
        return content
    }
}
