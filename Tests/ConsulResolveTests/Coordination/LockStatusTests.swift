// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Testing

@testable import consul_resolve

/// The status of a lock, from its keys and the sessions.
struct LockStatusTests {
    private static let now = Timestamp(milliseconds: 1_800_000_000_000)

    private func session(_ id: String, _ name: String = "") throws -> Session {
        let text =
            #"{"ID":"\#(id)","Name":"\#(name)","Node":"n1","TTL":"15s","LockDelay":15000000000,"Behavior":"release"}"#
        return try JSONReader.decode(Session.self, from: Array(text.utf8).span)
    }

    private func entry(
        _ key: String,
        _ session: String?,
        _ value: [UInt8] = [],
        flags: UInt64 = 0
    ) -> KeyValueEntry {
        var entry = KeyValueEntry(key: key, value: value)
        (entry.session, entry.flags, entry.modifyIndex) = (session, flags, 50)
        return entry
    }

    private func note(_ session: String, age: Duration) -> [UInt8] {
        LockNote(session: session, token: 42, acquired: Self.now.before(age)).stored
    }

    private func status(_ entries: [KeyValueEntry], _ sessions: [Session]) -> LockStatus {
        LockStatus(key: "job", entries: entries, sessions: sessions, now: Self.now)
    }

    @Test func `The note of the holder tells the age and the token`() throws {
        let status = status([entry("job/.lock", "a", note("a", age: .seconds(90)))], [try session("a", "x")])
        #expect(
            status.holders == [.init(session: "a", node: "n1", name: "x", token: 42, age: .seconds(90))]
        )
        #expect(status.waiters == 0)
    }

    @Test func `A holder without a note of its own has no age, and the index of its key as its token`() throws {
        for value in [[], Array("precious".utf8), note("other", age: .seconds(90))] {
            let status = status([entry("job/.lock", "a", value)], [try session("a")])
            #expect(status.holders.map(\.token) == [50])
            #expect(status.holders.allSatisfy { $0.age == nil })
            #expect(status.json.description.contains(#""ageSeconds":null"#))
            #expect(status.text.contains("unknown"))
        }
    }

    @Test func `A clock that is behind that of the holder shows no negative age`() throws {
        let status = status([entry("job/.lock", "a", note("a", age: .seconds(-5)))], [try session("a")])
        #expect(status.holders.map(\.age) == [.zero])
    }

    @Test func `Waiters are the queued sessions and those with the names of the commands, each once`() throws {
        let entries = [
            entry("job/.lock", "holder"), entry("job/.lock/.queue/holder", "holder"),
            entry("job/.lock/.queue/fair", "fair"), entry("job/.lock/.queue/ended", nil),
        ]
        let sessions = [
            try session("holder", "consul-resolve lock job"), try session("fair", "consul-resolve lock job"),
            try session("ours", "consul-resolve lock job"), try session("theirs", "Consul lock for 'true' at 'job'"),
            try session("other", "consul-resolve lock job2"), try session("another", "Consul lock for 'job' at 'job2'"),
        ]
        #expect(status(entries, sessions).waiters == 3)
    }

    @Test func `Contenders of a semaphore without a slot wait, and each holder of a slot has its own age`() throws {
        let flags = SemaphoreRecord.flags
        let record = SemaphoreRecord(limit: 2, holders: ["a", "b", "gone"]).stored
        let entries = [
            entry("job/.lock", nil, record, flags: flags),
            entry("job/a", "a", note("a", age: .seconds(1)), flags: flags), entry("job/b", "b", flags: flags),
            entry("job/c", "c", flags: flags), entry("job/d", nil, flags: flags),
        ]
        let status = status(entries, try ["a", "b", "c"].map { try session($0) })
        #expect(status.limit == 2)
        #expect(status.holders.map(\.session) == ["a", "b"])
        #expect(status.holders.map(\.age) == [.seconds(1), nil])
        #expect(status.waiters == 1)
    }

    @Test func `The text of a status fits a terminal of 80 columns`() throws {
        let id = "3b1c7a5e-8f0d-4c2b-9a6e-1d2f3a4b5c6d"
        let held = status(
            [entry("job/.lock", id, note(id, age: .seconds(7200)))],
            [try session(id, "consul-resolve lock job"), try session("w", "consul-resolve lock job")]
        )
        #expect(
            held.text == """
                job is held
                  session     \(id)
                  name        consul-resolve lock job
                  node        n1
                  token       42
                  age         2 h
                time to live 15 s, lock-delay 15 s; 1 waiter seen
                """
        )
        #expect(held.text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(status([], []).text == "job is not held; no waiters seen")
    }
}
