// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

@testable import ConsulCoordination

/// Invariants of the value of a semaphore's key for any bytes, checked by trapping: both the mutation tests and the fuzzer
/// run them.
enum SemaphoreInvariants {
    static func check(_ bytes: [UInt8]) {
        checkRecord(bytes)
        checkEntries(bytes)
    }

    private static func isDocument(_ bytes: [UInt8]) -> Bool {
        let span = bytes.span
        return (try? JSONReader.document(span) { reader throws(JSONError) in try reader.skipValue(in: span) }) != nil
    }

    /// Checks that a record that is read is valid, and is the same after it was stored.
    private static func checkRecord(_ bytes: [UInt8]) {
        guard let record = try? SemaphoreRecord(KeyValueEntry(key: "s/.lock", value: bytes)) else { return }
        precondition(record.limit > 0, "a semaphore without slots")
        precondition(isDocument(bytes), "a record that is not JSON")
        let stored = record.stored
        let copy = try? SemaphoreRecord(KeyValueEntry(key: "s/.lock", value: stored))
        precondition(copy == record, "a record changes when it is stored")
        precondition(copy?.stored == stored, "a record is stored in two ways")
    }

    /// Checks the entries under a semaphore's prefix, as Consul's answer has them.
    private static func checkEntries(_ bytes: [UInt8]) {
        guard let entries = try? JSONReader.decode([KeyValueEntry].self, from: bytes.span) else { return }
        precondition(isDocument(bytes), "entries that are not JSON")
        for entry in entries {
            let text = Base64.encode(entry.value)
            precondition(Base64.decode(text.utf8) == entry.value, "a value changes when it is written again")
            guard let record = try? SemaphoreRecord(entry) else { continue }
            checkRecord(entry.value)
            let pruned = record.pruned(by: entries)
            precondition(pruned.limit == record.limit, "the limit changes with the holders")
            precondition(pruned.holders.isSubset(of: record.holders), "a session gains a slot that it did not hold")
            precondition(
                pruned.holders.allSatisfy { holder in entries.contains { $0.session == holder } },
                "a session holds a slot without a key"
            )
            precondition(
                record.holders.subtracting(pruned.holders).allSatisfy { gone in
                    !entries.contains { $0.session == gone }
                },
                "a session with a key loses its slot"
            )
        }
    }
}
