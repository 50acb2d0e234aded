// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// The description of a chunked value, which is stored under the value's key:
///
/// ```
/// KEY                               the manifest, with flags of its own
/// KEY/.chunks/GENERATION/manifest   a copy, written first: it exists while the generation may become or is the current one
/// KEY/.chunks/GENERATION/000000     the first chunk, and so on
/// ```
///
/// Each write makes a new generation, and one check-and-set of the manifest switches to it. A pure value.
struct ChunkManifest: Hashable, Sendable {
    /// The flags of a manifest: `chunked1` in ASCII.
    static let flags: UInt64 = 0x6368_756E_6B65_6431
    /// The maximum number of chunks. With those of 512 KiB, a value has at most 64 MiB: every read of it passes through
    /// the memory of a server.
    static let maximumChunks = 128

    /// A name that no other write of the same key has.
    var generation: String
    /// The size of the value in bytes.
    var size: Int
    /// The number of chunks.
    var chunks: Int
    /// The CRC-32C of the value.
    var checksum: UInt32

    /// Describes a value.
    ///
    /// - Parameter id: A random number, from which the name of the generation is made.
    init(of value: [UInt8], id: UInt64) {
        let digits = String(id, radix: 16)
        generation = String(repeating: "0", count: 16 - digits.count) + digits
        size = value.count
        chunks = (value.count + KeyValueStore.maximumValueSize - 1) / KeyValueStore.maximumValueSize
        checksum = CRC32C.checksum(value)
    }

    /// Reads a manifest from the value of an entry; `nil` if it is none, or one of impossible numbers.
    init?(_ bytes: [UInt8]) {
        guard let manifest = try? JSONReader.decode(Self.self, from: bytes.span), manifest.isPossible else {
            return nil
        }
        self = manifest
    }

    private var isPossible: Bool {
        !generation.isEmpty && (0...Self.maximumChunks).contains(chunks)
            && (0...chunks * KeyValueStore.maximumValueSize).contains(size)
    }

    /// The manifest as it is stored.
    var bytes: [UInt8] {
        let members: JSON.Members = [
            "Generation": .string(generation), "Size": .integer(size), "Chunks": .integer(chunks),
            "Checksum": .unsigned(UInt64(checksum)),
        ]
        return Array(JSON.object(members).description.utf8)
    }

    /// Returns the value that chunks make; `nil` if it is not the one that this manifest describes.
    func assemble(_ chunks: [[UInt8]]) -> [UInt8]? {
        let value = Array(chunks.joined())
        return value.count == size && CRC32C.checksum(value) == checksum ? value : nil
    }

    // MARK: Keys

    /// Returns the beginning of the keys of all generations.
    static func folder(of key: String) -> String { "\(key)/.chunks/" }

    /// Returns the beginning of the keys of this generation.
    func folder(of key: String) -> String { "\(Self.folder(of: key))\(generation)/" }

    /// Returns the key of this generation's copy of the manifest.
    func copy(of key: String) -> String { Self.copy(in: folder(of: key)) }

    /// Returns the key of the copy of the manifest in the folder of a generation.
    static func copy(in folder: String) -> String { "\(folder)manifest" }

    /// Returns the key of a chunk.
    func chunk(_ number: Int, of key: String) -> String {
        let digits = String(number)
        return folder(of: key) + String(repeating: "0", count: max(0, 6 - digits.count)) + digits
    }
}

extension ChunkManifest: JSONReadable {
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        (generation, size, chunks, checksum) = ("", -1, -1, 0)
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Generation": generation = try reader.read(in: bytes)
            case "Size": size = try reader.read(in: bytes)
            case "Chunks": chunks = try reader.read(in: bytes)
            case "Checksum": checksum = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
