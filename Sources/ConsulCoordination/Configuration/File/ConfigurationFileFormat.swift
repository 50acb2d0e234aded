// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// The conversion between a configuration and the bytes of a snapshot file. It performs no input or output.
///
/// ```
/// consul-configuration 1 LENGTH CHECKSUM
/// {"source":"config/web/","writtenAt":1793355600,"entries":[{"key":"port","origin":"config/web/","value":"ODA4MA=="}]}
/// ```
///
/// The first line identifies the file, and shows if the document after it is complete and undamaged.
enum ConfigurationFileFormat {
    /// The bytes at the beginning of each file of this kind.
    static let magic = Array("consul-configuration ".utf8)
    /// The version that this release writes, and the only one that it reads.
    static let version = 1
    /// The size of the largest file that is read: several times what one read of Consul may have.
    static let maximumSize = 64 << 20

    /// The content of a file.
    struct Document: Hashable {
        var source: String
        /// The time in seconds since 1970.
        var writtenAt: UInt64
        var entries: [String: ConfigurationContent.Entry]
    }

    static func encode(_ document: Document) -> [UInt8] {
        let entries = document.entries.sorted { $0.key < $1.key }.map { key, entry in
            JSON.object([
                "key": .string(key), "origin": .string(entry.origin), "value": .string(Base64.encode(entry.value)),
            ])
        }
        let json = JSON.object([
            "source": .string(document.source), "writtenAt": .unsigned(document.writtenAt), "entries": .array(entries),
        ])
        let text = Array((json.description + "\n").utf8)
        return magic + Array("\(version) \(text.count) \(CRC32C.checksum(text))\n".utf8) + text
    }

    /// - Throws: ``PrivateFileError`` for bytes that are not the complete output of ``encode(_:)``.
    static func decode(_ bytes: [UInt8]) throws(PrivateFileError) -> Document {
        guard !bytes.isEmpty else { throw PrivateFileError(.missing, "is empty") }
        guard bytes.starts(with: magic), let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            throw PrivateFileError(.foreign, "is another kind of file")
        }
        let fields = String(decoding: bytes[magic.count..<end], as: UTF8.self).split(separator: " ")
        guard fields.first == "\(version)" else {
            throw PrivateFileError(.unknownVersion, "has another version than \(version)")
        }
        let text = bytes[(end + 1)...]
        guard fields.count == 3, fields[1] == "\(text.count)", fields[2] == "\(CRC32C.checksum(text))" else {
            throw PrivateFileError(.damaged, "has another length or checksum than its first line says")
        }
        do {
            return try JSONReader.decode(Document.self, from: Array(text).span)
        } catch {
            throw PrivateFileError(.damaged, "cannot be decoded: \(error)")
        }
    }

    /// Returns true if a file that begins with these bytes may be replaced: one of this kind, whole or not, or an empty
    /// one.
    static func isReplaceable(beginningWith bytes: [UInt8]) -> Bool {
        bytes.starts(with: magic) || magic.starts(with: bytes)
    }
}

extension ConfigurationFileFormat.Document: JSONReadable {
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        (source, writtenAt, entries) = ("", 0, [:])
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "source": source = try reader.read(in: bytes)
            case "writtenAt": writtenAt = try reader.read(in: bytes)
            case "entries":
                for entry in try reader.read([StoredEntry].self, in: bytes) { entries[entry.key] = entry.entry }
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private struct StoredEntry: JSONReadable {
        var key = ""
        var entry = ConfigurationContent.Entry(value: [], origin: "")

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "key": self.key = try reader.read(in: bytes)
                case "origin": entry.origin = try reader.read(in: bytes)
                case "value": entry.value = try reader.readBase64(in: bytes)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }
}
