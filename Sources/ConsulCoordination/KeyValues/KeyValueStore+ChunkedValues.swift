// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport

/// Values of more than 512 KiB, which are stored in several entries.
///
/// A reader sees the value before or after a write, and never a mixture: a write stores new chunks under names of their
/// own, switches the entry of the key to them with one check-and-set, and then deletes the old chunks. A reader verifies
/// the size and a CRC-32C, and begins again if the chunks were deleted under it. The key and everything under
/// `KEY/.chunks/` belong to the value. Chunks that a failed write has left behind are deleted by the next write.
///
/// Consul keeps all values in the memory of all servers, and each write passes through its log. This is for a few
/// megabytes that change now and then, such as a routing table, and not for files.
extension KeyValueStore {
    /// The number of times that a chunked value is read or written before other writers count as too busy.
    private static let chunkAttempts = 8

    /// Returns a chunked value.
    ///
    /// - Parameter key: The key.
    /// - Returns: The key's entry with the whole value; `nil` if the key does not exist.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/conflict`` if the key has an ordinary value, with
    ///   ``CoordinationError/Code/corrupt`` if chunks are missing or changed, with ``CoordinationError/Code/contended``
    ///   if the value was replaced during each of eight attempts; otherwise as ``entry(_:consistency:)``.
    public func chunkedValue(_ key: String) async throws -> KeyValueEntry? {
        var last: UInt64?
        for attempt in 0..<Self.chunkAttempts {
            // A server that is behind may know the manifest and not yet the chunks, so all but the first are confirmed.
            let consistency: ReadOptions.Consistency = attempt == 0 ? .default : .consistent
            guard var entry = try await entry(key, consistency: consistency).value else { return nil }
            let manifest = try Self.manifest(of: entry)
            if attempt > 1, entry.modifyIndex == last {
                throw CoordinationError(.corrupt, "chunks of the value of \"\(key)\" are missing, or have been changed")
            }
            last = entry.modifyIndex
            if let value = try await read(manifest, of: key, consistency) {
                entry.value = value
                return entry
            }
        }
        throw CoordinationError(
            .contended,
            "\"\(key)\" was replaced during each of \(Self.chunkAttempts) attempts to read it"
        )
    }

    /// Writes a value of any size up to 64 MiB. It replaces any chunked value, but no ordinary one.
    ///
    /// - Parameters:
    ///   - key: The key, without a slash at its end.
    ///   - value: The bytes.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/tooLarge`` for more than 64 MiB, with
    ///   ``CoordinationError/Code/conflict`` if the key has an ordinary value, with ``CoordinationError/Code/contended`` if
    ///   other writers were faster eight times in a row; otherwise as ``set(_:_:flags:)``. If the answer to the switch is
    ///   lost, the value may have been replaced or not; it is whole in either case.
    public func setChunkedValue(_ key: String, _ value: some Sequence<UInt8>) async throws {
        let value = try Self.checked(value, key)
        var backoff = Backoff(initial: .milliseconds(20), maximum: .seconds(1), jitter: .full)
        for attempt in 0..<Self.chunkAttempts {
            if attempt > 0 { try await Task.sleep(for: backoff.next(chance: .random(in: 0...1))) }
            let entry = try await entry(key).value
            if let entry { _ = try Self.manifest(of: entry) }
            if try await write(value, key, over: entry?.modifyIndex ?? 0) { return }
        }
        throw CoordinationError(
            .contended,
            "\"\(key)\" was replaced by others during each of \(Self.chunkAttempts) attempts to write it"
        )
    }

    /// Writes a value of any size up to 64 MiB if the entry of the key has not changed in the meantime.
    ///
    /// - Parameters:
    ///   - key: The key, without a slash at its end.
    ///   - value: The bytes.
    ///   - index: The ``KeyValueEntry/modifyIndex`` that the entry of the key must have; 0 if the key must not exist. The
    ///     entry may be an ordinary one.
    /// - Returns: True if the value was written; false if the entry has another index.
    /// - Throws: As ``setChunkedValue(_:_:)``.
    public func setChunkedValue(
        _ key: String,
        _ value: some Sequence<UInt8>,
        ifUnchangedSince index: UInt64
    ) async throws -> Bool {
        try await write(try Self.checked(value, key), key, over: index)
    }

    /// Deletes a chunked value with its chunks. If the key does not exist, chunks that were left behind are deleted.
    ///
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/conflict`` if the key has an ordinary value;
    ///   otherwise as ``setChunkedValue(_:_:)``.
    public func deleteChunkedValue(_ key: String) async throws {
        try KeyRules.check(ChunkManifest.folder(of: key))
        for _ in 0..<Self.chunkAttempts {
            let entry = try await entry(key).value
            if let entry { _ = try Self.manifest(of: entry) }
            // Together, so that a writer of a new value never finds its chunks deleted after its switch.
            let guarding: KeyValueTransaction.Operation =
                if let entry { .delete(key, ifUnchangedSince: entry.modifyIndex) } else { .checkAbsence(of: key) }
            do {
                try await commit([guarding, .deleteAll(under: ChunkManifest.folder(of: key))])
                return
            } catch let refusal as TransactionRefusal where refusal.failures.contains(where: { $0.position == 0 }) {
                continue
            }
        }
        throw CoordinationError(
            .contended,
            "\"\(key)\" was replaced during each of \(Self.chunkAttempts) attempts to delete it"
        )
    }

    // MARK: -

    private static func checked(
        _ value: some Sequence<UInt8>,
        _ key: String
    ) throws(CoordinationError) -> [UInt8] {
        try KeyRules.check(ChunkManifest.folder(of: key))
        let value = Array(value)
        guard value.count <= ChunkManifest.maximumChunks * maximumValueSize else {
            throw CoordinationError(.tooLarge, "the value for \"\(key)\" has \(value.count) bytes, more than 64 MiB")
        }
        return value
    }

    private static func manifest(of entry: KeyValueEntry) throws(CoordinationError) -> ChunkManifest {
        guard entry.flags == ChunkManifest.flags else {
            throw CoordinationError(.conflict, "\"\(entry.key)\" has an ordinary value, and no chunked one")
        }
        guard let manifest = ChunkManifest(entry.value) else {
            throw CoordinationError(
                .corrupt,
                "\"\(entry.key)\" has the flags of a chunked value, but no list of its chunks"
            )
        }
        return manifest
    }

    /// Returns the value that a manifest describes; `nil` if a chunk is missing or another one.
    private func read(
        _ manifest: ChunkManifest,
        of key: String,
        _ consistency: ReadOptions.Consistency
    ) async throws -> [UInt8]? {
        var chunks: [[UInt8]] = []
        for number in 0..<manifest.chunks {
            let chunk = manifest.chunk(number, of: key)
            guard let entry = try await entry(chunk, consistency: consistency).value else { return nil }
            chunks.append(entry.value)
        }
        return manifest.assemble(chunks)
    }

    private func write(_ value: [UInt8], _ key: String, over index: UInt64) async throws -> Bool {
        let manifest = ChunkManifest(of: value, id: .random(in: 0...(.max)))
        let written: KeyValueEntry?
        do {
            try await set(manifest.copy(of: key), manifest.bytes, flags: ChunkManifest.flags)
            for number in 0..<manifest.chunks {
                let start = number * Self.maximumValueSize
                let chunk = value[start..<min(start + Self.maximumValueSize, value.count)]
                try await set(manifest.chunk(number, of: key), chunk)
            }
            written = try await commit([
                // Fails if another writer has collected this generation.
                .get(manifest.copy(of: key)),
                .set(key, manifest.bytes, flags: ChunkManifest.flags, ifUnchangedSince: index),
            ]).last
        } catch is TransactionRefusal {
            // A failure is ignored, as in the collection after a success.
            try? await deleteAll(under: manifest.folder(of: key))
            return false
        }
        if let written { await collect(generationsBefore: written.modifyIndex, of: key, except: manifest) }
        return true
    }

    /// Deletes the chunks of replaced values, and those that failed writes have left behind.
    ///
    /// A generation that was begun before the current value was written can no longer become the current one: it was
    /// made for an index that the key's entry no longer has. Failures are ignored: the value has been written, and the
    /// next write collects what is left.
    private func collect(generationsBefore index: UInt64, of key: String, except current: ChunkManifest) async {
        let all = ChunkManifest.folder(of: key)
        let folders = (try? await keys(under: all, separator: "/").value) ?? []
        for folder in folders where folder.hasSuffix("/") && folder != current.folder(of: key) {
            guard let copy = try? await entry(ChunkManifest.copy(in: folder)) else { continue }
            if copy.value.map({ $0.modifyIndex < index }) ?? true { try? await deleteAll(under: folder) }
        }
    }
}
