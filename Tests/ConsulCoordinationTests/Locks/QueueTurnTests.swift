// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decisions of a session in a queue, without requests.
struct QueueTurnTests {
    private func place(_ session: String, _ createIndex: UInt64, isHeld: Bool = true, of key: String = "a")
        -> KeyValueEntry
    {
        var entry = KeyValueEntry(key: "\(key)/.queue/\(session)", value: [], flags: LockAcquisition.flags)
        (entry.createIndex, entry.modifyIndex) = (createIndex, isHeld ? createIndex : createIndex + 100)
        entry.session = isHeld ? session : nil
        return entry
    }

    private func entered(_ keys: String...) -> QueueTurn {
        var turn = QueueTurn(keys, session: "mine")
        _ = turn.resumed()
        _ = turn.acquired([])
        return turn
    }

    @Test func `A session takes its places in one transaction, and is the first of an empty queue`() {
        var turn = QueueTurn(["a", "b"], session: "mine")
        let lock = { (key: String) -> KeyValueTransaction.Operation in
            .lock("\(key)/.queue/mine", [], flags: LockAcquisition.flags, session: "mine")
        }
        #expect(turn.resumed() == .acquire(KeyValueTransaction([lock("a"), lock("b")])))
        #expect(turn.mayHold)
        #expect(turn.acquired([]) == .read("a/.queue/"))
        #expect(turn.observed([place("mine", 5)], at: "a/.queue/") == .read("b/.queue/"))
        #expect(turn.observed([place("mine", 5, of: "b")], at: "b/.queue/") == .hold([:]))
    }

    @Test func `A session waits for the place before its own only, in the order of creation`() {
        var turn = entered("a")
        // Keys are listed by name, not by age.
        let queue = [place("d", 7), place("mine", 6), place("x", 4), place("z", 3)]
        #expect(turn.observed(queue, at: "a/.queue/") == .watch("a/.queue/x"))
        #expect(turn.reason == .held)
        #expect(turn.observed([place("x", 4)], at: "a/.queue/x") == .watch("a/.queue/x"))
        // The session before left without having had its turn.
        #expect(turn.observed([], at: "a/.queue/x") == .read("a/.queue/"))
        #expect(
            turn.observed([place("d", 7), place("mine", 6), place("z", 3)], at: "a/.queue/") == .watch("a/.queue/z")
        )
        #expect(turn.observed([], at: "a/.queue/z") == .read("a/.queue/"))
        #expect(turn.observed([place("d", 7), place("mine", 6)], at: "a/.queue/") == .hold([:]))
    }

    @Test func `The place of a session that ended is deleted, if it is still the same`() {
        var turn = entered("a")
        let queue = [place("x", 4, isHeld: false), place("mine", 6), place("y", 7, isHeld: false)]
        #expect(turn.observed([place("x", 4, isHeld: false)], at: "a/.queue/x") == .read("a/.queue/"))
        let deletion = KeyValueTransaction([.delete("a/.queue/x", ifUnchangedSince: 104)])
        #expect(turn.observed(queue, at: "a/.queue/") == .acquire(deletion))
        #expect(turn.acquired([]) == .read("a/.queue/"))
        _ = turn.observed(queue, at: "a/.queue/")
        let refusal = TransactionRefusal(failures: [.init(position: 0, reason: "index is stale")])
        #expect(turn.refused(refusal) == .pause(.milliseconds(100)))
        #expect(turn.reason == nil)
        #expect(turn.resumed() == .read("a/.queue/"))
    }

    @Test func `A place that another program deleted is taken again`() {
        var turn = entered("a")
        guard case .acquire = turn.observed([place("x", 4)], at: "a/.queue/") else {
            Issue.record("the place is not taken again")
            return
        }
        #expect(turn.acquired([]) == .read("a/.queue/"))
    }

    @Test func `After a failed request the place is taken once more, which has no effect if the session has it`() {
        var turn = QueueTurn(["a"], session: "mine")
        let first = turn.resumed()
        guard case .pause = turn.failed(chance: 0.5) else {
            Issue.record("no pause after a failure")
            return
        }
        #expect(turn.reason == .unavailable)
        #expect(turn.resumed() == first)
    }

    @Test func `A session that is gone is replaced, a denial ends, and unknown words pause`() {
        for (words, next): (String, QueueTurn.Action) in [
            ("invalid session", .replaceSession), ("Permission denied", .deny("Permission denied")),
            ("the key is busy", .pause(.seconds(1))),
        ] {
            var turn = QueueTurn(["a"], session: "mine")
            _ = turn.resumed()
            #expect(turn.refused(TransactionRefusal(failures: [.init(position: 0, reason: words)])) == next)
        }
    }
}
