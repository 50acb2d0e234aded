// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport
import Testing

/// Watched configurations of real agents.
struct WatchedConfigurationTests {
    static let dresses: [AgentDress] = [.plain, .v1_22]

    struct Settings: Decodable, Equatable, Sendable {
        var port: Int
        var name: String?
    }

    @Test(arguments: dresses)
    func `A change, a new key and a deleted key are delivered with their differences`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let prefix = "config/changes-\(dress)"
            let written = try await consul.setKeys(["\(prefix)/port": "1", "\(prefix)": "not below the prefix"])
            let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix(prefix))
            try await withDeadline(.seconds(60)) {
                var updates = configuration.makeAsyncIterator()
                let first = try #require(try await updates.next())
                #expect(first.value == Settings(port: 1))
                #expect(first.changes.added == ["port"])
                #expect(first.origins == ["port": prefix + "/"])
                #expect(try #require(first.index) >= written)

                try await consul.setKeys(["\(prefix)/port": "2", "\(prefix)/name": "web"])
                let second = try #require(try await updates.next())
                #expect(second.value == Settings(port: 2, name: "web"))
                #expect((second.changes.added, second.changes.changed) == (["name"], ["port"]))

                try await consul.deleteKey("\(prefix)/name")
                let third = try #require(try await updates.next())
                #expect(third.value == Settings(port: 2))
                #expect(third.changes.removed == ["name"])
                #expect(third.changes.keys == ["name"])
                #expect(third.index ?? 0 > second.index ?? .max)
                #expect(third.interruption == nil && !third.isFromFile)
            }
        }
    }

    @Test(arguments: dresses)
    func `An invalid value is reported, and leaves the last valid one until a valid one comes`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let prefix = "config/rejected-\(dress)"
            try await consul.setKeys(["\(prefix)/port": "1"])
            let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix(prefix))
            try await withDeadline(.seconds(60)) {
                var updates = configuration.makeAsyncIterator()
                #expect(try await updates.next()?.value?.port == 1)

                let index = try await consul.setKeys(["\(prefix)/port": "eighty", "\(prefix)/name": "web"])
                let second = try #require(try await updates.next())
                #expect(second.value == Settings(port: 1))
                #expect(second.changes.isEmpty)
                let rejection = try #require(second.rejection)
                #expect(rejection.error is DecodingError)
                #expect(try #require(rejection.index) >= index)
                #expect(!rejection.description.contains("eighty"))

                try await consul.setKeys(["\(prefix)/port": "80"])
                let third = try #require(try await updates.next())
                #expect(third.value == Settings(port: 80, name: "web"))
                #expect(third.rejection == nil)
                #expect((third.changes.added, third.changes.changed) == (["name"], ["port"]))

                // The deletion of a required key is a rejected value, too.
                try await consul.deleteKey("\(prefix)/port")
                let fourth = try #require(try await updates.next())
                #expect(fourth.value == third.value)
                #expect(fourth.rejection != nil)
            }
        }
    }

    @Test(arguments: dresses)
    func `Later layers win, the origin of each key is known, and a deletion uncovers an earlier layer`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let (base, app) = ("config/layers-\(dress)/base/", "config/layers-\(dress)/app,prod/")
            try await consul.setKeys([base + "port": "1", base + "name": "base", app + "name": "app"])
            let sources = [
                try ConfigurationSource.layers([base, app]),
                try .layers(["base", "app,prod"], below: "config/layers-\(dress)"),
            ]
            for source in sources {
                let configuration = consul.keyValues.configuration(Settings.self, in: source)
                try await withDeadline(.seconds(60)) {
                    var updates = configuration.makeAsyncIterator()
                    let first = try #require(try await updates.next())
                    #expect(first.value == Settings(port: 1, name: "app"))
                    #expect(first.origins == ["port": base, "name": app])

                    try await consul.deleteKey(app + "name")
                    let second = try #require(try await updates.next())
                    #expect(second.value == Settings(port: 1, name: "base"))
                    #expect(second.origins == ["port": base, "name": base])
                    #expect(second.changes.changed == ["name"])
                    try await consul.setKeys([app + "name": "app"])
                }
            }
        }
    }

    @Test(arguments: dresses)
    func `A burst of writes gives few updates, and the last one is right`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let prefix = "config/burst-\(dress)"
            try await consul.setKeys(["\(prefix)/port": "0"])
            var options = ConfigurationOptions()
            options.quietTime = .milliseconds(500)
            options.longestDelay = .seconds(30)
            let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix(prefix), options: options)
            let counts = try await withDeadline(.seconds(60)) {
                var updates = configuration.makeAsyncIterator()
                #expect(try await updates.next()?.value?.port == 0)
                async let writes: Void = {
                    for number in 1...40 { try await consul.setKeys(["\(prefix)/port": "\(number)"]) }
                }()
                var count = 0
                while let update = try await updates.next() {
                    count += 1
                    if update.value?.port == 40 { break }
                }
                try await writes
                return count
            }
            // On a machine that stops for half a second between two writes, there are two or three.
            #expect(counts < 10)
        }
    }

    @Test
    func `A transaction that changes many keys is never seen in part`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let prefix = "config/atomic"
            let write: @Sendable (Int) async throws -> Void = { number in
                try await consul.setKeys(
                    Dictionary(uniqueKeysWithValues: (0..<20).map { ("\(prefix)/\($0 % 2)/key\($0)", "\(number)") })
                )
            }
            try await write(0)
            var options = ConfigurationOptions()
            options.quietTime = .zero
            let configuration = consul.keyValues.configuration(
                [String: Int].self,
                in: try .layers(["0", "1"], below: prefix),
                options: options
            )
            try await withDeadline(.seconds(60)) {
                async let writes: Void = { for number in 1...30 { try await write(number) } }()
                for try await update in configuration {
                    let value = try #require(update.value)
                    #expect(value.count == 20)
                    #expect(Set(value.values).count == 1)
                    if value["key0"] == 30 { break }
                }
                try await writes
            }
        }
    }

    @Test
    func `A slow reader receives the latest value with the difference to the last one that it has seen (W20)`()
        async throws
    {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let prefix = "config/slow"
            try await consul.setKeys(["\(prefix)/a": "1", "\(prefix)/b": "1"])
            let configuration = consul.keyValues.configuration([String: Int].self, in: try .prefix(prefix))
            try await withDeadline(.seconds(60)) {
                var (slow, quick) = (configuration.makeAsyncIterator(), configuration.makeAsyncIterator())
                #expect(try await slow.next()?.value == ["a": 1, "b": 1])
                #expect(try await quick.next()?.value == ["a": 1, "b": 1])
                for (key, value) in [("a", 2), ("b", 2), ("a", 1)] {
                    try await consul.setKeys(["\(prefix)/\(key)": "\(value)"])
                    #expect(try await quick.next()?.value?[key] == value)
                }
                // Its state may be one behind that of the other iterator.
                var last = try #require(try await slow.next())
                if last.value != ["a": 1, "b": 2] { last = try #require(try await slow.next()) }
                #expect(last.value == ["a": 1, "b": 2])
                #expect(last.changes.keys.isSubset(of: ["a", "b"]))
            }
        }
    }

    @Test(arguments: dresses)
    func `A document is decoded by a closure, and its deletion leaves the last valid value`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let key = "config/document-\(dress).txt"
            let configuration = try consul.keyValues.configuration(document: key) { bytes in
                guard let number = Int(String(decoding: bytes, as: UTF8.self)) else { throw NoNumber() }
                return number
            }
            try await withDeadline(.seconds(60)) {
                var updates = configuration.makeAsyncIterator()
                let missing = try #require(try await updates.next())
                #expect(missing.value == nil)
                #expect(missing.rejection?.error is DecodingError)

                try await consul.setKeys([key: "7"])
                #expect(try await updates.next()?.value == 7)
                try await consul.setKeys([key: "seven"])
                let rejected = try #require(try await updates.next())
                #expect(rejected.value == 7)
                #expect(rejected.rejection?.error is NoNumber)
                try await consul.deleteKey(key)
                let deleted = try #require(try await updates.next())
                #expect(deleted.value == 7)
                #expect(deleted.rejection?.error is DecodingError)
            }
        }
    }

    private struct NoNumber: Error {}

    @Test
    func `An iterator that is gone decodes no further values`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let key = "config/gone"
            let decoded = WatchedValue<[String]>([])
            let configuration = try consul.keyValues.configuration(document: key) { bytes in
                let text = String(decoding: bytes, as: UTF8.self)
                decoded.update { $0.append(text) }
                return text
            }
            try await consul.setKeys([key: "one"])
            try await withDeadline(.seconds(60)) {
                var live = configuration.makeAsyncIterator()
                #expect(try await live.next()?.value == "one")
                for try await update in configuration {
                    #expect(update.value == "one")
                    break
                }
                // Canceled, the engine of the iterator that is gone ends before the change below reaches it, or it
                // decodes this one change at most.
                for text in ["two", "three", "four"] {
                    try await consul.setKeys([key: text])
                    #expect(try await live.next()?.value == text)
                }
            }
            #expect(decoded.current.filter { $0 == "one" }.count == 2)
            #expect(decoded.current.filter { $0 == "four" }.count == 1)
        }
    }

    @Test
    func `The sequence ends when its task is canceled, and when the client is shut down`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            try await consul.setKeys(["config/end/port": "1"])
            let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix("config/end"))
            let seen = WatchedValue(0)
            let readers = (0..<2).map { _ in
                Task {
                    for try await _ in configuration { seen.update { $0 += 1 } }
                }
            }
            try await seen.wait("both readers", within: .seconds(20)) { $0 >= 2 }
            readers[0].cancel()
            try await withDeadline(.seconds(20)) { try await readers[0].value }
            await consul.shutdown()
            try await withDeadline(.seconds(20)) { try await readers[1].value }
            await #expect(throws: ConsulHTTPError.self) {
                for try await _ in configuration {}
            }
        }
    }
}

extension ConsulHTTPClient {
    /// Writes keys in one transaction, and returns its index.
    @discardableResult
    func setKeys(_ values: [String: String]) async throws -> UInt64 {
        let operations = values.map { KeyValueTransaction.Operation.set($0.key, Array($0.value.utf8)) }
        let entries = try await keyValues.commit(operations)
        return entries.map(\.modifyIndex).max() ?? 0
    }

    /// Deletes a key.
    func deleteKey(_ key: String) async throws {
        _ = try await keyValues.commit([.delete(key)])
    }
}
