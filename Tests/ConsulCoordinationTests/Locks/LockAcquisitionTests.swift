// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decisions of an acquisition, without requests.
struct LockAcquisitionTests {
    private typealias Operation = KeyValueTransaction.Operation

    private func acquisition(_ keys: String...) -> LockAcquisition {
        LockAcquisition(keys, value: Array("v".utf8), session: "mine")
    }

    private func entry(
        _ key: String = "a",
        session: String? = nil,
        flags: UInt64 = LockAcquisition.flags,
        index: UInt64 = 7
    ) -> KeyValueEntry {
        var entry = KeyValueEntry(key: key, value: [], flags: flags)
        (entry.session, entry.modifyIndex) = (session, index)
        return entry
    }

    private func refusal(_ failures: (Int, String)...) -> TransactionRefusal {
        TransactionRefusal(failures: failures.map { .init(position: $0.0, reason: $0.1) })
    }

    private func locking(_ key: String = "a", after check: Operation) -> LockAcquisition.Action {
        .acquire(
            KeyValueTransaction([check, .lock(key, Array("v".utf8), flags: LockAcquisition.flags, session: "mine")])
        )
    }

    @Test func `An absent key is acquired under the condition that it is still absent`() {
        var acquisition = acquisition("a")
        #expect(acquisition.resumed() == .read("a"))
        #expect(acquisition.observed(nil, at: "a") == locking(after: .checkAbsence(of: "a")))
        #expect(acquisition.mayHold)
        #expect(acquisition.acquired([entry(session: "mine", index: 9)]) == .hold(["a": 9]))
    }

    @Test func `A free lock is acquired under the condition that it has not changed`() {
        var acquisition = acquisition("a")
        #expect(acquisition.observed(entry(), at: "a") == locking(after: .check("a", isUnchangedSince: 7)))
        // The guard returns the entry as it was before.
        #expect(acquisition.acquired([entry(), entry(session: "mine", index: 12)]) == .hold(["a": 12]))
    }

    // L13, L30
    @Test(arguments: [0, 42, 0xe0f6_9a2b_aa41_4de0])
    func `A free key without the flags of a lock is a conflict (L13, L30)`(flags: UInt64) {
        var acquisition = acquisition("a")
        #expect(acquisition.observed(entry(flags: flags), at: "a") == .conflict("a"))
        #expect(!acquisition.mayHold)
    }

    @Test func `A key that a session holds is waited for, also if its flags were reset`() {
        var acquisition = acquisition("a")
        #expect(acquisition.observed(entry(session: "other"), at: "a") == .watch("a"))
        #expect(acquisition.reason == .held)
        #expect(acquisition.observed(entry(session: "other", flags: 0), at: "a") == .watch("a"))
        #expect(acquisition.observed(entry(session: "other", flags: 42), at: "a") == .conflict("a"))
        #expect(!acquisition.mayHold)
        #expect(acquisition.observed(entry(index: 9), at: "a") == locking(after: .check("a", isUnchangedSince: 9)))
    }

    // L26
    @Test func `A key that the own session holds already is not acquired again (L26)`() {
        var acquisition = acquisition("a")
        _ = acquisition.observed(nil, at: "a")
        guard case .pause(let pause) = acquisition.failed(chance: 0.5) else {
            Issue.record("no pause after a lost answer")
            return
        }
        #expect(pause <= .milliseconds(100))
        #expect(acquisition.reason == .unavailable)
        #expect(acquisition.mayHold)
        #expect(acquisition.resumed() == .read("a"))
        #expect(acquisition.observed(entry(session: "mine", index: 11), at: "a") == .hold(["a": 11]))
    }

    // L31
    @Test func `During a lock-delay the same transaction is sent once a second (L31)`() {
        var acquisition = acquisition("a")
        let transaction = acquisition.observed(entry(), at: "a")
        for _ in 0..<5 {
            let next = acquisition.refused(refusal((1, #"failed to lock key "a" due to lock delay"#)))
            #expect(next == .pause(.seconds(1)))
            #expect(acquisition.reason == .lockDelay)
            #expect(!acquisition.mayHold)
            #expect(acquisition.resumed() == transaction)
        }
    }

    @Test func `A refusal because the key is held waits for a change`() {
        var acquisition = acquisition("a")
        _ = acquisition.observed(entry(), at: "a")
        let next = acquisition.refused(
            refusal(
                (0, #"failed index check for key "a", current modify index 9 != 7"#),
                (1, #"failed to lock key "a", lock is already held"#)
            )
        )
        #expect(next == .watch("a"))
        #expect(acquisition.reason == .held)
        #expect(!acquisition.mayHold)
    }

    @Test func `A key that changed since it was read is read again, with pauses after several times`() {
        var acquisition = acquisition("a")
        for number in 1...6 {
            _ = acquisition.observed(entry(), at: "a")
            let next = acquisition.refused(refusal((0, "failed index check")))
            if number <= 3 {
                #expect(next == .read("a"))
            } else {
                #expect(next == .pause(.milliseconds(100) * number))
                #expect(acquisition.resumed() == .read("a"))
            }
        }
    }

    @Test func `A session that Consul does not know is replaced`() {
        var acquisition = acquisition("a")
        _ = acquisition.observed(nil, at: "a")
        #expect(acquisition.refused(refusal((1, #"invalid session "mine""#))) == .replaceSession)
    }

    @Test func `A refusal with unknown words counts as held and pauses for a second`() {
        var acquisition = acquisition("a")
        _ = acquisition.observed(nil, at: "a")
        #expect(acquisition.refused(refusal((1, "the key is busy"))) == .pause(.seconds(1)))
        #expect(acquisition.reason == .held)
        #expect(acquisition.resumed() == .read("a"))
    }

    @Test(arguments: ["Permission denied", "Permission denied: token with AccessorID 'x' lacks permission 'key:write'"])
    func `A refusal for lack of a permission is a denial`(words: String) {
        var acquisition = acquisition("a")
        _ = acquisition.observed(nil, at: "a")
        #expect(acquisition.refused(refusal((1, words))) == .deny(words))
    }

    // L33
    @Test func `Several keys are acquired in one transaction once all of them are free (L33)`() {
        var acquisition = acquisition("a", "b")
        #expect(acquisition.resumed() == .read("a"))
        #expect(acquisition.observed(entry("a"), at: "a") == .read("b"))
        #expect(acquisition.observed(entry("b", session: "other"), at: "b") == .watch("b"))
        #expect(!acquisition.mayHold)
        let value = Array("v".utf8)
        let next = acquisition.observed(entry("b", index: 9), at: "b")
        #expect(
            next
                == .acquire(
                    KeyValueTransaction([
                        .check("a", isUnchangedSince: 7),
                        .lock("a", value, flags: LockAcquisition.flags, session: "mine"),
                        .check("b", isUnchangedSince: 9),
                        .lock("b", value, flags: LockAcquisition.flags, session: "mine"),
                    ])
                )
        )
        // The key a has changed in the meantime; b is known.
        #expect(acquisition.refused(refusal((0, "failed index check"))) == .read("a"))
        _ = acquisition.observed(entry("a", index: 10), at: "a")
        let entries = [entry("a", session: "mine", index: 12), entry("b", session: "mine", index: 12)]
        #expect(acquisition.acquired(entries) == .hold(["a": 12, "b": 12]))
    }

    @Test func `The second of two keys being held is told apart from the first`() {
        var acquisition = acquisition("a", "b")
        _ = acquisition.observed(entry("a"), at: "a")
        _ = acquisition.observed(entry("b"), at: "b")
        #expect(acquisition.refused(refusal((3, "lock is already held"))) == .watch("b"))
        #expect(acquisition.observed(entry("b", index: 8), at: "b") != .read("a"))
    }

    @Test func `The pauses after failed requests grow up to five seconds and begin again after an answer`() {
        var acquisition = acquisition("a")
        var pauses: [Duration] = []
        for _ in 0..<10 {
            if case .pause(let pause) = acquisition.failed(chance: 1) { pauses.append(pause) }
        }
        #expect(pauses.first == .milliseconds(100))
        #expect(pauses.last == .seconds(5))
        #expect(acquisition.failures == 10)
        _ = acquisition.observed(entry(session: "other"), at: "a")
        #expect(acquisition.failures == 0)
        #expect(acquisition.failed(chance: 1) == .pause(.milliseconds(100)))
    }
}
