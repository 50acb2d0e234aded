// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ResolverSupport
import Testing

@testable import ConsulCoordination

/// The decisions of a watched configuration, without clock and network.
struct ConfigurationReloadTests {
    /// A machine with a clock that the test moves.
    private struct Reload {
        var machine: ConfigurationReload
        var now = Moment(nanoseconds: 0)

        init(_ source: ConfigurationSource, hasFile: Bool = false) {
            var options = ConfigurationOptions()
            options.quietTime = .milliseconds(10)
            options.longestDelay = .milliseconds(50)
            if hasFile { options.snapshot = ConfigurationSnapshotFile(path: "unused") }
            machine = ConfigurationReload(source: source, options: options, at: now)
        }

        mutating func receive(
            _ values: [String: String]?,
            index: UInt64 = 1,
            failure: ConsulHTTPError? = nil,
            read: Int = 0
        ) {
            let answer = values.map { values in
                ConfigurationReload.Answer(values: values.mapValues { Array($0.utf8) }, index: index)
            }
            machine.received(answer, failure: failure, of: read, at: now)
        }

        mutating func next() -> ConfigurationReload.Action { machine.nextAction(at: now) }

        mutating func pass(_ duration: Duration) { now = now + duration }

        /// Decodes the next content, and returns its values; `nil` if nothing is to be decoded.
        mutating func decode(isValid: Bool = true) -> [String: String]? {
            guard case .decode(let candidate) = next() else { return nil }
            machine.decoded(candidate, isValid: isValid, at: now)
            return candidate.content.entries.mapValues { String(decoding: $0.value, as: UTF8.self) }
        }

        /// Ends the next proof, and returns its keys; `nil` if there is none.
        mutating func prove(_ refusal: ConsulHTTPError? = nil) -> [String]? {
            guard case .prove(let proof) = next() else { return nil }
            machine.proved(proof, refusal, at: now)
            return proof.keys
        }
    }

    private static let denied = ConsulHTTPError(.denied, "denied")
    private static let lost = ConsulHTTPError(.transport, "lost")

    private func reload(_ prefixes: String..., hasFile: Bool = false) throws -> Reload {
        Reload(try .layers(prefixes), hasFile: hasFile)
    }

    // MARK: Changes

    @Test
    func `The first value is decoded at once, and later ones after the quiet time`() throws {
        var reload = try reload("app")
        #expect(reload.next() == .rest)
        reload.receive(["app/a": "1", "app/": "", "other/b": "2"])
        #expect(reload.decode() == ["a": "1"])
        reload.receive(["app/a": "2"], index: 2)
        #expect(reload.next() == .wait(until: reload.now + .milliseconds(10)))
        reload.pass(.milliseconds(10))
        #expect(reload.decode() == ["a": "2"])
        #expect(reload.next() == .rest)
    }

    @Test
    func `A burst is decoded once when it ends, and at the latest after the longest delay`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "0"])
        #expect(reload.decode() == ["a": "0"])
        for number in 1...5 {
            reload.receive(["app/a": "\(number)"])
            reload.pass(.milliseconds(9))
            #expect(reload.decode() == nil)
        }
        reload.receive(["app/a": "6"])
        reload.pass(.milliseconds(5))
        #expect(reload.decode() == ["a": "6"])
    }

    @Test
    func `A change that is taken back within the quiet time is none`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1"])
        #expect(reload.decode() != nil)
        reload.receive(["app/a": "2"])
        reload.receive(["app/a": "1"])
        reload.pass(.seconds(1))
        #expect(reload.next() == .rest)
    }

    @Test
    func `Content that was rejected is not decoded again until it changes`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1"])
        #expect(reload.decode(isValid: false) != nil)
        reload.receive(["app/a": "1"], index: 9)
        reload.pass(.seconds(1))
        #expect(reload.next() == .rest)
        reload.receive(["app/a": "2"])
        reload.pass(.seconds(1))
        #expect(reload.decode() == ["a": "2"])
    }

    // MARK: Layers

    @Test
    func `A value is decoded when all layers are known, and later layers win`() throws {
        var reload = try reload("base", "app")
        reload.receive(["base/a": "1", "base/b": "1"], index: 5)
        #expect(reload.next() == .rest)
        reload.receive(["app/b": "2"], index: 9, read: 1)
        guard case .decode(let candidate) = reload.next() else {
            Issue.record("no content to decode")
            return
        }
        #expect(candidate.content.entries.mapValues(\.origin) == ["a": "base/", "b": "app/"])
        #expect(candidate.content.index == 9)
    }

    @Test
    func `A layer that Consul cannot answer keeps its keys while another changes`() throws {
        var reload = try reload("base", "app")
        reload.receive(["base/a": "1"])
        reload.receive(["app/b": "1"], read: 1)
        #expect(reload.decode() == ["a": "1", "b": "1"])
        reload.receive(["base/a": "1"], failure: Self.lost)
        reload.receive(["app/b": "2"], read: 1)
        reload.pass(.milliseconds(10))
        #expect(reload.decode() == ["a": "1", "b": "2"])
        #expect(reload.machine.interruption?.code == .transport)
    }

    @Test
    func `Layers below one prefix are made of one read`() throws {
        let source = try ConfigurationSource.layers(["default", "web"], below: "config")
        #expect(source.reads == [ConfigurationSource.Read(key: "config/", isRecursive: true)])
        var reload = Reload(source)
        reload.receive(["config/default/a": "1", "config/default/b": "1", "config/web/b": "2", "config/webs/c": "3"])
        #expect(reload.decode() == ["a": "1", "b": "2"])
    }

    @Test(arguments: ["", "/app", "app//a"])
    func `An invalid prefix is refused`(prefix: String) {
        let error = #expect(throws: CoordinationError.self) { try ConfigurationSource.prefix(prefix) }
        #expect(error?.code == .invalidArgument)
        #expect(throws: CoordinationError.self) { try ConfigurationSource.layers([]) }
    }

    // MARK: Deletions

    @Test
    func `A missing key counts as deleted once that is proven`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1", "app/b": "1"])
        #expect(reload.decode() != nil)
        reload.receive(["app/a": "1"], index: 2)
        #expect(reload.prove() == ["app/b"])
        reload.pass(.milliseconds(10))
        #expect(reload.decode() == ["a": "1"])
    }

    @Test
    func `Missing keys that the token may not read keep their values, and the proof is repeated`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1", "app/b": "1"])
        #expect(reload.decode() != nil)
        reload.receive([:], index: 2)
        #expect(reload.prove(Self.denied) == ["app/a", "app/b"])
        #expect(reload.machine.interruption?.code == .denied)
        #expect(reload.next() == .wait(until: reload.now + ConfigurationReload.proofInterval))
        // An answer without news does not hasten the proof.
        reload.receive([:], index: 3)
        #expect(reload.next() == .wait(until: reload.now + ConfigurationReload.proofInterval))
        reload.pass(ConfigurationReload.proofInterval)
        #expect(reload.prove(Self.denied) != nil)
        reload.receive(["app/a": "1", "app/b": "2"], index: 4)
        #expect(reload.machine.interruption == nil)
        reload.pass(.milliseconds(10))
        #expect(reload.decode() == ["a": "1", "b": "2"])
        #expect(reload.next() == .rest)
    }

    @Test
    func `A first answer without keys is decoded once the absence of the prefix is proven`() throws {
        var reload = try reload("app")
        reload.receive([:])
        #expect(reload.prove(Self.denied) == ["app/"])
        #expect(reload.machine.interruption?.code == .denied)
        reload.pass(ConfigurationReload.proofInterval)
        #expect(reload.prove() == ["app/"])
        #expect(reload.machine.interruption == nil)
        #expect(reload.decode() == [:])
    }

    @Test
    func `Missing keys that are in no layer need no proof`() throws {
        var reload = Reload(try .layers(["a", "b"], below: "app"))
        reload.receive(["app/a/x": "1", "app/a/": "", "app/c/y": "1"])
        #expect(reload.decode() == ["x": "1"])
        reload.receive(["app/a/x": "1"])
        #expect(reload.next() == .rest)
    }

    @Test
    func `The end of a failure is known together with the change that came with it`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1"])
        #expect(reload.decode() != nil)
        reload.receive(["app/a": "1"], failure: Self.lost)
        #expect(!reload.machine.isSettling)
        reload.receive([:])
        #expect(reload.machine.isSettling)
        #expect(reload.prove() != nil)
        #expect(reload.machine.isSettling)
        reload.pass(.milliseconds(10))
        #expect(reload.decode() == [:])
        #expect(!reload.machine.isSettling && reload.machine.interruption == nil)
    }

    @Test
    func `A late proof of an earlier answer decides nothing`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1", "app/b": "1"])
        #expect(reload.decode() != nil)
        reload.receive(["app/a": "1"])
        guard case .prove(let early) = reload.next() else {
            Issue.record("no proof")
            return
        }
        reload.receive([:])
        reload.machine.proved(early, nil, at: reload.now)
        #expect(reload.prove(Self.denied) == ["app/a", "app/b"])
        reload.pass(.seconds(1))
        #expect(reload.decode() == nil)
    }

    @Test
    func `Of many missing keys, some at equal distances are proven`() throws {
        var reload = try reload("app")
        let keys = (100..<200).map { "app/\($0)" }
        reload.receive(Dictionary(uniqueKeysWithValues: keys.map { ($0, "") }))
        #expect(reload.decode()?.count == 100)
        reload.receive([:])
        let keysOfProof = reload.prove()
        let proven = try #require(keysOfProof)
        #expect(proven.count == ConfigurationReload.longestProof)
        #expect(Set(proven).count == proven.count)
        #expect(Set(proven).isSubset(of: keys))
        #expect(proven.first == "app/100")
    }

    @Test
    func `A failure of Consul deletes no key`() throws {
        var reload = try reload("app")
        reload.receive(["app/a": "1"])
        #expect(reload.decode() != nil)
        reload.receive(["app/a": "1"], failure: Self.lost)
        #expect(reload.next() == .rest)
        reload.receive(["app/a": "1"])
        #expect(reload.machine.interruption == nil)
        #expect(reload.next() == .rest)
    }

    // MARK: The snapshot file

    @Test
    func `The file is loaded at the first failure, and gives way to Consul's answer`() throws {
        var reload = try reload("app", hasFile: true)
        #expect(reload.next() == .wait(until: reload.now + ConfigurationReload.patience))
        reload.receive(nil, failure: Self.lost)
        #expect(reload.next() == .load)
        #expect(reload.next() == .rest)
        #expect(reload.machine.awaitsFile)
        let entry = ConfigurationContent.Entry(value: Array("old".utf8), origin: "app/")
        reload.machine.loaded(ConfigurationContent(entries: ["a": entry], index: nil))
        #expect(reload.decode() == ["a": "old"])
        #expect(reload.machine.isFromFile && !reload.machine.awaitsFile)
        reload.receive(["app/a": "old"])
        #expect(reload.decode() == ["a": "old"])
        #expect(!reload.machine.isFromFile)
    }

    @Test
    func `The file is loaded if Consul is silent, and ignored if Consul answers first`() throws {
        var reload = try reload("app", hasFile: true)
        reload.pass(ConfigurationReload.patience)
        #expect(reload.next() == .load)
        reload.receive(["app/a": "new"])
        #expect(reload.decode() == ["a": "new"])
        reload.machine.loaded(ConfigurationContent(entries: [:], index: nil))
        guard case .store(let content) = reload.next() else {
            Issue.record("the content is not stored")
            return
        }
        #expect(content.entries.count == 1)
    }

    @Test
    func `The file is loaded if the first keys in Consul are not valid`() throws {
        var reload = try reload("app", hasFile: true)
        reload.receive(["app/a": "invalid"])
        #expect(reload.decode(isValid: false) != nil)
        #expect(reload.next() == .load)
        reload.machine.loaded(nil)
        // Content that is not valid is not stored.
        #expect(reload.next() == .rest)
    }

    @Test
    func `A file is written after each valid value, and again when it grows old while Consul answers`() {
        var schedule = StoreSchedule()
        let start = Moment(nanoseconds: 0)
        let (first, second) = (
            ConfigurationContent(entries: [:], index: 1), ConfigurationContent(entries: [:], index: 2)
        )
        #expect(schedule.due == nil)
        schedule.changed(to: first, at: start)
        #expect(schedule.due == start)
        #expect(schedule.begin() == first)
        schedule.changed(to: second, at: start)
        #expect(schedule.due == nil)
        schedule.finished(true, at: start)
        #expect(schedule.due == start + StoreSchedule.interval)
        #expect(schedule.begin() == second)
        schedule.finished(false, at: start)
        #expect(schedule.due == start + StoreSchedule.retry)
        #expect(schedule.begin() == second)
        schedule.finished(true, at: start)
        #expect(schedule.due == start + StoreSchedule.refresh)
        schedule.changed(to: first, at: start)
        #expect(schedule.due == start + StoreSchedule.interval)
    }

    @Test
    func `The file is not refreshed while Consul does not confirm its content`() throws {
        var reload = try reload("app", hasFile: true)
        reload.receive(["app/a": "1"])
        #expect(reload.decode() != nil)
        guard case .store = reload.next() else {
            Issue.record("the content is not stored")
            return
        }
        reload.machine.stored(true, at: reload.now)
        reload.receive(["app/a": "1"], failure: Self.lost)
        reload.pass(StoreSchedule.refresh)
        #expect(reload.next() == .rest)
        reload.receive(["app/a": "1"])
        guard case .store = reload.next() else {
            Issue.record("the content is not stored again")
            return
        }
    }
}
