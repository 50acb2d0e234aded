// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import ResolutionModel
import ResolverSupport

/// The conversion between snapshots and bytes. It performs no input or output.
///
/// ```
/// magic 8 | version 2 | length of the content 4 | content | CRC-32C of all before 4
/// ```
///
/// The checksum detects accidents. Against attackers, only files are read that belong to the user and that other users
/// may not write.
///
/// Integers are little-endian. Texts, lists and dictionaries are preceded by their length in four bytes. The format is
/// specific to this library, because only the program that wrote a file reads it, and a file must not be misread. JSON
/// would need a checksum around it as well, and could be malformed in twenty times as many ways.
enum SnapshotCoder {
    /// The version that this release writes, and the only one that it reads.
    static let version: UInt16 = 1

    /// The bytes at the beginning of each snapshot. The zero marks the file as binary for other tools.
    private static let magic = Array("SCRSNAP\0".utf8)
    private static let headerCount = magic.count + 6
    private static let checksumCount = 4

    /// Encodes a snapshot. Entries that the decoder would reject are left out, so that one of them does not cost the
    /// others.
    ///
    /// - Throws: ``PrivateFileError`` for a snapshot that exceeds the limits.
    static func encode(_ snapshot: Snapshot) throws(PrivateFileError) -> [UInt8] {
        let storable = Snapshot(writtenAt: max(snapshot.writtenAt, 0), entries: snapshot.entries.filter(\.isStorable))
        guard storable.entries.count <= SnapshotLimits.entries else {
            throw PrivateFileError(.tooLarge, "would have more than \(SnapshotLimits.entries) services")
        }
        guard storable.entries.reduce(0, { $0 + $1.endpoints.count }) <= SnapshotLimits.endpoints else {
            throw PrivateFileError(.tooLarge, "would have more than \(SnapshotLimits.endpoints) endpoints")
        }
        var encoder = SnapshotEncoder()
        encoder.write(storable)
        guard encoder.bytes.count <= SnapshotLimits.bytes - headerCount - checksumCount else {
            throw PrivateFileError(.tooLarge, "would have more than \(SnapshotLimits.bytes) bytes")
        }
        return seal(encoder.bytes)
    }

    /// Decodes a snapshot.
    ///
    /// - Throws: ``PrivateFileError`` for bytes that are not the complete output of ``encode(_:)``.
    static func decode(_ bytes: [UInt8]) throws(PrivateFileError) -> Snapshot {
        var decoder = SnapshotDecoder(bytes, within: try unseal(bytes))
        let snapshot = try decoder.readSnapshot()
        guard decoder.isAtEnd else { throw decoder.nonsense("bytes after the last service") }
        return snapshot
    }

    /// Returns true if a file that begins with these bytes may be a snapshot of any version, complete or partly written
    /// by an interrupted writer. An empty file may be one.
    static func isSnapshot(beginningWith bytes: [UInt8]) -> Bool {
        bytes.starts(with: magic) || magic.starts(with: bytes)
    }

    /// Returns the content with a header before it and a checksum after it.
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

    /// Checks header and checksum, and returns the range of the content. The version comes before every part that
    /// another version may change.
    private static func unseal(_ bytes: [UInt8]) throws(PrivateFileError) -> Range<Int> {
        guard bytes.count <= SnapshotLimits.bytes else {
            throw PrivateFileError(.tooLarge, "has more than \(SnapshotLimits.bytes) bytes")
        }
        guard !bytes.isEmpty else { throw PrivateFileError(.missing, "is empty") }
        guard bytes.starts(with: magic) else { throw PrivateFileError(.foreign, "is another kind of file") }
        var header = SnapshotDecoder(bytes, within: magic.count..<bytes.count)
        let version = try header.read(UInt16.self)
        guard version == Self.version else {
            throw PrivateFileError(.unknownVersion, "has version \(version); only version \(Self.version) can be read")
        }
        let count = try header.read(UInt32.self)
        guard bytes.count - headerCount >= checksumCount, bytes.count - headerCount - checksumCount == count else {
            throw PrivateFileError(.damaged, "has another length than its header says")
        }
        let content = headerCount..<bytes.count - checksumCount
        var trailer = SnapshotDecoder(bytes, within: content.upperBound..<bytes.count)
        guard try trailer.read(UInt32.self) == CRC32C.checksum(bytes[..<content.upperBound]) else {
            throw PrivateFileError(.damaged, "has a wrong checksum")
        }
        return content
    }
}

/// The limits of a snapshot, far above the needs of any process. Encoder and decoder apply the same limits, so that
/// every snapshot that is written can be read.
enum SnapshotLimits {
    /// The size of the whole file.
    static let bytes = 64 << 20
    static let entries = 65_536
    /// The endpoints of all entries together. An endpoint takes several times as much memory as its 15 bytes in the
    /// file.
    static let endpoints = 1_000_000
}

/// The values that are encoded as an index into a table. A released index keeps its meaning, so new values are
/// appended.
enum SnapshotTables {
    static let kinds: [ServiceRequest.Kind] = [.service, .connect, .ingress, .preparedQuery]
    /// The flag that is set in the index of a kind if the name of a port follows after the request.
    static let portFlag: UInt8 = 0x80
    static let healthRules: [ServiceRequest.HealthRule] = [.notCritical, .passing]
    static let datacenterForms: [ConsulLocality.DatacenterForm] = [.classic, .explicit]
    static let statuses: [Endpoint.Status] = [.passing, .warning, .critical]
}

extension Snapshot.Entry {
    /// True if the decoder would accept the entry. A service without endpoints is not stored, because it would be of no
    /// use to a process that starts without Consul.
    var isStorable: Bool {
        !request.name.isEmpty && givenAt >= 0
            && SnapshotTables.kinds.contains(request.kind)
            && SnapshotTables.healthRules.contains(request.health)
            && SnapshotTables.datacenterForms.contains(request.locality.datacenterForm)
            && !endpoints.isEmpty && endpoints.allSatisfy(\.host.isReadable)
    }
}

extension Host {
    /// True if ``init(_:)`` would read a name as a name again. All names from Consul's answers satisfy this.
    var isReadable: Bool {
        if case .name(let name) = self { Host(name) == self } else { true }
    }
}
