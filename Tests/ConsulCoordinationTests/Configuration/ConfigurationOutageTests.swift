// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Foundation
import TestSupport
import Testing

/// Watched configurations while Consul cannot be queried, or does not show all keys.
struct ConfigurationOutageTests {
    private typealias Settings = WatchedConfigurationTests.Settings

    // MARK: Access control

    @Test(arguments: WatchedConfigurationTests.dresses)
    func `Keys that the token may not read are no deletion, and are delivered when it may (W21)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let prefix = "config/denied-\(dress)"
        let token = try await agent.createToken(rules: "")
        try await withManagement(of: agent) { manager in
            try await manager.setKeys(["\(prefix)/port": "1"])
            try await withToken(token.secret, of: agent) { consul in
                let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix(prefix))
                try await withDeadline(.seconds(120)) {
                    var updates = configuration.makeAsyncIterator()
                    let denied = try #require(try await updates.next())
                    #expect(denied.interruption?.code == .denied)
                    #expect(denied.value == nil)

                    try await agent.setRules(#"key_prefix "\#(prefix)/" { policy = "read" }"#, of: token)
                    let allowed = try #require(try await updates.next { $0.value != nil })
                    #expect(allowed.value == Settings(port: 1))

                    try await agent.setRules("", of: token)
                    let lost = try #require(try await updates.next { $0.interruption != nil })
                    #expect(lost.interruption?.code == .denied)
                    #expect(lost.value == Settings(port: 1))
                    #expect(lost.changes.isEmpty)

                    // A change in the meantime is delivered once the token may read it.
                    try await manager.setKeys(["\(prefix)/port": "2"])
                    try await agent.setRules(#"key_prefix "\#(prefix)/" { policy = "read" }"#, of: token)
                    let back = try #require(try await updates.next { $0.value?.port == 2 })
                    #expect(back.interruption == nil)
                    #expect(back.changes.changed == ["port"])
                }
            }
        }
    }

    @Test(arguments: WatchedConfigurationTests.dresses)
    func `A key that is hidden from the token keeps its value, and one that is deleted does not`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let prefix = "config/hidden-\(dress)"
        let all = #"key_prefix "\#(prefix)/" { policy = "read" }"#
        let token = try await agent.createToken(rules: all)
        try await withManagement(of: agent) { manager in
            try await manager.setKeys(["\(prefix)/a": "1", "\(prefix)/b": "1", "\(prefix)/c": "1"])
            try await withToken(token.secret, of: agent) { consul in
                let configuration = consul.keyValues.configuration([String: Int].self, in: try .prefix(prefix))
                try await withDeadline(.seconds(120)) {
                    var updates = configuration.makeAsyncIterator()
                    #expect(try await updates.next()?.value == ["a": 1, "b": 1, "c": 1])

                    try await manager.deleteKey("\(prefix)/c")
                    let deleted = try #require(try await updates.next { $0.changes.removed == ["c"] })
                    #expect(deleted.value == ["a": 1, "b": 1])

                    try await agent.setRules(all + #" key "\#(prefix)/b" { policy = "deny" }"#, of: token)
                    let hidden = try #require(try await updates.next { $0.interruption != nil })
                    #expect(hidden.interruption?.code == .denied)
                    #expect(hidden.value == ["a": 1, "b": 1])

                    // The key is deleted while it is hidden: that is known once the token may read it.
                    try await manager.deleteKey("\(prefix)/b")
                    try await agent.setRules(all, of: token)
                    let known = try #require(try await updates.next { $0.interruption == nil })
                    #expect(known.value == ["a": 1])
                    #expect(known.changes.removed == ["b"])
                }
            }
        }
    }

    // MARK: Failures

    @Test(arguments: WatchedConfigurationTests.dresses)
    func `The value stays while the agent is gone, and changes after its return are delivered`(
        dress: AgentDress
    ) async throws {
        let agent = try await ConsulAgent.start(mode: .server(expecting: 1), dress: dress)
        let result = await Result {
            try await withConsul(agent) { consul in
                try await consul.setKeys(["config/port": "1"])
                let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix("config"))
                try await withDeadline(.seconds(180)) {
                    var updates = configuration.makeAsyncIterator()
                    #expect(try await updates.next()?.value == Settings(port: 1))
                    try await agent.kill()
                    let lost = try #require(try await updates.next())
                    #expect(lost.interruption != nil)
                    #expect(lost.value == Settings(port: 1))
                    #expect(lost.changes.isEmpty)

                    try await agent.restart()
                    try await withConsul(agent) { other in try await other.setKeys(["config/port": "2"]) }
                    // No update on the way has another value, such as none from a server that begins.
                    while let update = try await updates.next() {
                        let value = try #require(update.value)
                        #expect(value.port == 1 || value.port == 2)
                        if value.port == 2, update.interruption == nil { break }
                    }
                }
            }
        }
        try await agent.stop()
        try result.get()
    }

    @Test
    func `A missing prefix in an answer without Consul's index is no deletion`() async throws {
        let entry = #"[{"Key":"app/port","Value":"ODA=","Flags":0,"CreateIndex":5,"ModifyIndex":5,"LockIndex":0}]"#
        try await withScriptedHTTPServer(script: { request in
            if request.parameter("index") != nil { return [.delay(.milliseconds(50)), .reply(ConsulReply(404))] }
            return request.sequence == 0 ? [.reply(.json(entry, index: 5))] : [.reply(ConsulReply(404))]
        }) { server in
            try await withConsul(port: server.port) { consul in
                let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix("app"))
                try await withDeadline(.seconds(60)) {
                    var updates = configuration.makeAsyncIterator()
                    #expect(try await updates.next()?.value == Settings(port: 80))
                    let doubtful = try #require(try await updates.next())
                    #expect(doubtful.interruption != nil)
                    #expect(doubtful.value == Settings(port: 80))
                    #expect(doubtful.changes.isEmpty)
                }
            }
        }
    }

    // MARK: The snapshot file

    @Test(arguments: WatchedConfigurationTests.dresses)
    func `A program starts without Consul from the snapshot file, which has no secrets`(
        dress: AgentDress
    ) async throws {
        let path = NSTemporaryDirectory() + "/configuration-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: path) }
        var options = ConfigurationOptions()
        options.snapshot = ConfigurationSnapshotFile(path: path)
        let agent = try await ConsulAgent.start(mode: .server(expecting: 1), dress: dress)
        let result = await Result { [options] in
            try await withConsul(agent) { consul in
                try await consul.setKeys(["config/port": "1", "config/name": "web", "config/token": "hunter2"])
                let configuration = consul.keyValues.configuration(
                    [String: String].self,
                    in: try .prefix("config"),
                    options: options
                )
                try await withDeadline(.seconds(60)) {
                    var updates = configuration.makeAsyncIterator()
                    let first = try #require(try await updates.next())
                    #expect(first.value?.count == 3 && !first.isFromFile)
                    try await eventually("the snapshot file") { FileManager.default.fileExists(atPath: path) }
                }
            }
            try await agent.kill()
            try await withConsul(agent) { consul in
                let configuration = consul.keyValues.configuration(
                    Settings.self,
                    in: try .prefix("config"),
                    options: options
                )
                try await withDeadline(.seconds(180)) {
                    var updates = configuration.makeAsyncIterator()
                    let stored = try #require(try await updates.next { $0.value != nil })
                    #expect(stored.value == Settings(port: 1, name: "web"))
                    #expect(stored.isFromFile && stored.index == nil)
                    #expect(stored.interruption != nil)
                    #expect(stored.origins == ["port": "config/", "name": "config/"])

                    try await agent.restart()
                    let confirmed = try #require(try await updates.next { !$0.isFromFile })
                    #expect(confirmed.value == Settings(port: 1, name: "web"))
                    #expect(confirmed.interruption == nil)
                    #expect(confirmed.changes.added == ["token"])
                }
            }
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!text.contains("token"))
        }
        try await agent.stop()
        try result.get()
    }

    @Test
    func `A start without Consul and without a file reports the failure`() async throws {
        // The port of a server that has been stopped refuses connections.
        let port = try await withScriptedHTTPServer(script: { _ in [] }) { $0.port }
        var options = ConfigurationOptions()
        options.snapshot = ConfigurationSnapshotFile(path: NSTemporaryDirectory() + "/absent-\(UUID().uuidString)")
        try await withConsul(port: port) { [options] consul in
            let configuration = consul.keyValues.configuration(
                Settings.self,
                in: try .prefix("config"),
                options: options
            )
            try await withDeadline(.seconds(60)) {
                var updates = configuration.makeAsyncIterator()
                let first = try #require(try await updates.next())
                #expect(first.value == nil)
                #expect(first.interruption?.code == .transport)
            }
        }
    }

    // MARK: -

    private func withManagement<Output>(
        of agent: ConsulAgent,
        _ body: (ConsulHTTPClient) async throws -> Output
    ) async throws -> Output {
        try await withToken(ConsulAgent.masterToken, of: agent, body)
    }

    private func withToken<Output>(
        _ token: String,
        of agent: ConsulAgent,
        _ body: (ConsulHTTPClient) async throws -> Output
    ) async throws -> Output {
        try await withConsul(port: agent.ports.http, configure: { $0.token = .value(token) }, body)
    }
}

extension WatchedConfiguration.Iterator {
    /// Returns the next update that meets a condition.
    mutating func next(
        where condition: (ConfigurationUpdate<Value>) -> Bool
    ) async throws -> ConfigurationUpdate<Value>? {
        while let update = try await next() {
            if condition(update) { return update }
        }
        return nil
    }
}

extension Result where Failure == any Error {
    /// The outcome of an asynchronous body.
    fileprivate init(catching body: () async throws -> Success) async {
        do { self = .success(try await body()) } catch { self = .failure(error) }
    }
}
