// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decisions of the acquisition of a slot, without requests.
struct SemaphoreAcquisitionTests {
    private typealias Action = SemaphoreAcquisition.Action

    private func acquisition(limit: Int = 2) -> SemaphoreAcquisition {
        SemaphoreAcquisition("s", limit: limit, value: Array("v".utf8), session: "mine")
    }

    private func record(
        _ holders: Set<String>,
        limit: Int = 2,
        flags: UInt64 = SemaphoreRecord.flags,
        index: UInt64 = 7
    ) -> KeyValueEntry {
        let value = SemaphoreRecord(limit: limit, holders: holders).stored
        var entry = KeyValueEntry(key: "s/.lock", value: value, flags: flags)
        entry.modifyIndex = index
        return entry
    }

    private func contender(_ session: String, index: UInt64 = 7) -> KeyValueEntry {
        var entry = KeyValueEntry(key: "s/\(session)", value: [], flags: SemaphoreRecord.flags)
        (entry.session, entry.modifyIndex) = (session, index)
        return entry
    }

    private func taking(with holders: Set<String>, at index: UInt64) -> Action {
        .acquire(
            KeyValueTransaction([
                .lock("s/mine", Array("v".utf8), flags: SemaphoreRecord.flags, session: "mine"),
                .set(
                    "s/.lock",
                    SemaphoreRecord(limit: 2, holders: holders).stored,
                    flags: SemaphoreRecord.flags,
                    ifUnchangedSince: index
                ),
            ])
        )
    }

    private func refusal(_ failures: (Int, String)...) -> TransactionRefusal {
        TransactionRefusal(failures: failures.map { .init(position: $0.0, reason: $0.1) })
    }

    @Test func `The first slot is taken under the condition that there is no record yet`() {
        var acquisition = acquisition()
        #expect(acquisition.resumed() == .read("s/"))
        #expect(!acquisition.mayHold)
        #expect(acquisition.observed([], at: "s/") == taking(with: ["mine"], at: 0))
        #expect(acquisition.mayHold)
        let entries = [contender("mine", index: 9), record(["mine"], index: 9)]
        #expect(acquisition.acquired(entries) == .hold(["s": 9]))
    }

    @Test func `A free slot is taken beside the other holder, and a full semaphore is waited for`() {
        var acquisition = acquisition()
        let full = [record(["a", "b"]), contender("a"), contender("b")]
        #expect(acquisition.observed(full, at: "s/") == .watch("s/"))
        #expect(acquisition.reason == .held)
        #expect(!acquisition.mayHold)
        let next = acquisition.observed([record(["a"], index: 8), contender("a")], at: "s/")
        #expect(next == taking(with: ["a", "mine"], at: 8))
    }

    // S13
    @Test func `A holder without its key is removed by the write that takes its slot (S13)`() {
        var acquisition = acquisition()
        let next = acquisition.observed([record(["a", "dead"]), contender("a")], at: "s/")
        #expect(next == taking(with: ["a", "mine"], at: 7))
    }

    @Test func `A holder whose key no session holds is gone`() {
        var acquisition = acquisition()
        var released = contender("b")
        released.session = nil
        let next = acquisition.observed([record(["a", "b"]), contender("a"), released], at: "s/")
        #expect(next == taking(with: ["a", "mine"], at: 7))
    }

    // S1, S11, S15
    @Test func `Another limit, other flags and other values end the acquisition (S1, S11, S15)`() {
        var acquisition = acquisition()
        let conflict = acquisition.observed([record([], limit: 1)], at: "s/")
        #expect(conflict == .conflict(.limit(stored: 1, wanted: 2, prefix: "s")))
        #expect(acquisition.observed([record([], flags: 0)], at: "s/") == .conflict(.foreign("s/.lock")))
        #expect(
            acquisition.observed([record([], flags: LockAcquisition.flags)], at: "s/")
                == .conflict(.foreign("s/.lock"))
        )
        var corrupt = record([])
        corrupt.value = Array("{".utf8)
        #expect(acquisition.observed([corrupt], at: "s/") == .conflict(.corrupt("s/.lock")))
        #expect(!acquisition.mayHold)
        #expect(SemaphoreAcquisition.error(for: .corrupt("k")).code == .corrupt)
        #expect(SemaphoreAcquisition.error(for: .foreign("k")).code == .conflict)
        #expect(SemaphoreAcquisition.error(for: .limit(stored: 1, wanted: 2, prefix: "s")).code == .conflict)
    }

    @Test func `A record without a value is an empty one`() {
        var acquisition = acquisition()
        var empty = record([])
        empty.value = []
        #expect(acquisition.observed([empty], at: "s/") == taking(with: ["mine"], at: 7))
    }

    @Test func `A slot that the session holds already is not taken again, and keeps the index of its write`() {
        var acquisition = acquisition()
        _ = acquisition.observed([], at: "s/")
        guard case .pause = acquisition.failed(chance: 0.5) else {
            Issue.record("no pause after a lost answer")
            return
        }
        #expect(acquisition.mayHold)
        #expect(acquisition.reason == .unavailable)
        #expect(acquisition.resumed() == .read("s/"))
        let entries = [record(["mine", "a"], index: 12), contender("mine", index: 9), contender("a", index: 12)]
        #expect(acquisition.observed(entries, at: "s/") == .hold(["s": 9]))
    }

    // S16
    @Test func `A record that changed since it was read is read again, with pauses after several times (S16)`() {
        var acquisition = acquisition()
        for number in 1...6 {
            _ = acquisition.observed([], at: "s/")
            let next = acquisition.refused(refusal((1, "failed to set key, index is stale")))
            #expect(!acquisition.mayHold)
            if number <= 3 {
                #expect(next == .read("s/"))
            } else {
                #expect(next == .pause(.milliseconds(100) * number))
                #expect(acquisition.resumed() == .read("s/"))
            }
        }
    }

    @Test func `A session that is gone is replaced, a denial ends, and unknown words pause`() {
        for (words, next): (String, Action) in [
            ("invalid session", .replaceSession), ("Permission denied", .deny("Permission denied")),
            ("the key is busy", .pause(.seconds(1))),
        ] {
            var acquisition = acquisition()
            _ = acquisition.observed([], at: "s/")
            #expect(acquisition.refused(refusal((0, words))) == next)
        }
    }
}
