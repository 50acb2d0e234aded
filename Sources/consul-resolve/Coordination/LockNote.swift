// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP

/// The note that `lock` leaves in the value of its key, so that `lock --status` can tell the age of the lock and the
/// token of the command: Consul records no time, and the index of the key also changes for other reasons.
///
/// Only the key's holder can write it (``HeldLock/commit(_:)``). Other programs acquire the key with a value of their
/// own, so a note never outlives the lock unnoticed; its session tells them apart in any case.
struct LockNote: Equatable {
    var session: String
    var token: UInt64
    /// The time of the acquisition by the holder's wall clock.
    var acquired: Timestamp

    init(session: String, token: UInt64, acquired: Timestamp) {
        (self.session, self.token, self.acquired) = (session, token, acquired)
    }

    /// Reads the note of the session that holds a key; `nil` if the holder left none.
    init?(_ entry: KeyValueEntry) {
        guard let note = try? JSONReader.decode(LockNote.self, from: entry.value.span), note.session == entry.session
        else { return nil }
        self = note
    }

    /// The note as it is stored.
    var stored: [UInt8] {
        let object: JSON = .object([
            "session": .string(session), "token": .unsigned(token),
            "acquiredUnixMilliseconds": .unsigned(UInt64(clamping: acquired.milliseconds)),
        ])
        return Array(object.description.utf8)
    }
}

extension LockNote: JSONReadable {
    init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init(session: "", token: 0, acquired: Timestamp(milliseconds: 0))
        guard try reader.beginObject(in: bytes) else { throw JSONError(.expectedObject, at: reader.offset) }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "session": session = try reader.read(in: bytes)
            case "token": token = try reader.read(in: bytes)
            case "acquiredUnixMilliseconds":
                acquired = Timestamp(milliseconds: Int64(clamping: try reader.read(UInt64.self, in: bytes)))
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}
