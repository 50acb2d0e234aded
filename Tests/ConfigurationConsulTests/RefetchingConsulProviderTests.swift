// SPDX-License-Identifier: Apache-2.0

#if Configuration

import Configuration
import ConfigurationConsul
import ConfigurationTesting
import ConsulCoordination
import ConsulHTTP
import Logging
import ServiceLifecycle
import TestSupport
import Testing

/// The provider for swift-configuration, with real agents.
struct RefetchingConsulProviderTests {
    private static let dresses: [AgentDress] = [.plain, .v1_22]

    /// The values that swift-configuration's test of providers asks for.
    private static let values = [
        "string": "Hello", "other/string": "Other Hello", "int": "42", "other/int": "24", "double": "3.14",
        "other/double": "2.72", "bool": "true", "other/bool": "false", "bytes": "magic", "other/bytes": "magic2",
        "stringy/array": "Hello,World", "other/stringy/array": "Hello,Swift", "inty/array": "42,24",
        "other/inty/array": "16,32", "doubly/array": "3.14,2.72", "other/doubly/array": "0.9,1.8",
        "booly/array": "true,false", "other/booly/array": "false,true,true", "byteChunky/array": "bWFnaWM=,bWFnaWMy",
        "other/byteChunky/array": "bWFnaWM=,bWFnaWMy,bWFnaWM=",
    ]

    @Test(arguments: dresses)
    func `The provider passes swift-configuration's own test of providers`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let prefix = "provider/compatible-\(dress)/"
            try await consul.write(Dictionary(uniqueKeysWithValues: Self.values.map { (prefix + $0, $1) }))
            let provider = try await RefetchingConsulProvider(consul.keyValues, source: try .prefix(prefix))
            try await ProviderCompatTest(provider: provider).runTest()
        }
    }

    @Test(arguments: dresses)
    func `A running provider changes the values that readers get and watch`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let (base, app) = ("provider/run-\(dress)/base/", "provider/run-\(dress)/app/")
            try await consul.write([base + "db/port": "1", base + "db/host": "a"])
            let provider = try await RefetchingConsulProvider(consul.keyValues, source: try .layers([base, app]))
            let reader = ConfigReader(provider: provider)
            #expect(reader.int(forKey: "db.port") == 1)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await provider.run() }
                try await withDeadline(.seconds(60)) {
                    try await reader.watchInt(forKey: "db.port") { updates in
                        var values = updates.makeAsyncIterator()
                        #expect(try await values.next() == 1)
                        try await consul.write([app + "db/port": "2"])
                        #expect(try await values.next() == 2)
                        // A change of another key is none of this one.
                        try await consul.write([base + "db/host": "b"])
                        try await eventually("the other key") { reader.string(forKey: "db.host") == "b" }
                        try await consul.delete(app + "db/port")
                        #expect(try await values.next() == 1)
                    }
                }
                #expect(reader.int(forKey: "db.port") == 1)
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test
    func `A watched snapshot is of one state of the store`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let write: @Sendable (Int) async throws -> Void = { number in
                try await consul.write(
                    Dictionary(uniqueKeysWithValues: (0..<10).map { ("provider/atomic/key\($0)", "\(number)") })
                )
            }
            try await write(0)
            var options = ConfigurationOptions()
            options.quietTime = .zero
            let provider = try await RefetchingConsulProvider(
                consul.keyValues,
                source: try .prefix("provider/atomic"),
                options: options
            )
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await provider.run() }
                try await withDeadline(.seconds(60)) {
                    async let writes: Void = { for number in 1...20 { try await write(number) } }()
                    try await provider.watchSnapshot { updates in
                        for try await snapshot in updates {
                            let values = try (0..<10).map { number in
                                let key = AbsoluteConfigKey(ConfigKey("key\(number)"))
                                return try snapshot.value(forKey: key, type: .int).value?.content
                            }
                            #expect(Set(values).count == 1)
                            if values.first == .some(.int(20)) { break }
                        }
                    }
                    try await writes
                }
                group.cancelAll()
                try await group.waitForAll()
            }
        }
    }

    @Test
    func `A fetch sees what is in Consul now, and a value of another type is an error`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            try await consul.write(["provider/fetch/port": "1"])
            let provider = try await RefetchingConsulProvider(consul.keyValues, source: try .prefix("provider/fetch"))
            let reader = ConfigReader(provider: provider)
            try await consul.write(["provider/fetch/port": "2", "provider/fetch/db/password": "hunter2"])
            #expect(try await reader.fetchInt(forKey: "port") == 2)
            #expect(reader.int(forKey: "port") == 1)
            #expect(try await reader.fetchString(forKey: "absent") == nil)
            let password = AbsoluteConfigKey(ConfigKey("db.password"))
            let fetched = try await provider.fetchValue(forKey: password, type: .string)
            #expect(fetched.value?.isSecret == true)
            let error = await #expect(throws: (any Error).self) {
                try await provider.fetchValue(forKey: password, type: .int)
            }
            #expect("\(try #require(error))".contains("db/password"))
            #expect(!"\(try #require(error))".contains("hunter2"))
            #expect(provider.debugDescription == "RefetchingConsulProvider[1 values: port=1]")
        }
    }

    @Test
    func `A provider without Consul is an error, unless no values are allowed`() async throws {
        // The port of a server that has been stopped refuses connections.
        let port = try await withScriptedHTTPServer(script: { _ in [] }) { $0.port }
        try await withConsul(port: port) { consul in
            let source = try ConfigurationSource.prefix("config")
            await #expect(throws: ConsulHTTPError.self) {
                try await RefetchingConsulProvider(consul.keyValues, source: source)
            }
            let provider = try await RefetchingConsulProvider(consul.keyValues, source: source, allowMissing: true)
            #expect(ConfigReader(provider: provider).string(forKey: "name") == nil)
            await #expect(throws: ConsulHTTPError.self) {
                try await ConfigReader(provider: provider).fetchString(forKey: "name")
            }
        }
    }

    @Test
    func `The service ends normally at a graceful shutdown`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            try await consul.write(["provider/service/port": "1"])
            let provider = try await RefetchingConsulProvider(consul.keyValues, source: try .prefix("provider/service"))
            let group = ServiceGroup(
                configuration: .init(services: [.init(service: provider)], logger: .init(label: "test"))
            )
            try await withDeadline(.seconds(60)) {
                async let running: Void = group.run()
                try await consul.write(["provider/service/port": "2"])
                try await eventually("the new value") { ConfigReader(provider: provider).int(forKey: "port") == 2 }
                await group.triggerGracefulShutdown()
                try await running
            }
        }
    }
}

/// Calls the body with a client of an agent, and shuts the client down.
private func withConsul<Output>(
    _ agent: ConsulAgent,
    _ body: (ConsulHTTPClient) async throws -> Output
) async throws -> Output {
    try await withConsul(port: agent.ports.http, body)
}

private func withConsul<Output>(
    port: Int,
    _ body: (ConsulHTTPClient) async throws -> Output
) async throws -> Output {
    var configuration = ConsulHTTPClient.Configuration()
    configuration.address = try ConsulHTTPAddress("127.0.0.1:\(port)")
    let client = try ConsulHTTPClient(configuration: configuration)
    return try await use(client, in: body) { await $0.shutdown() }
}

extension ConsulHTTPClient {
    /// Writes keys in one transaction.
    fileprivate func write(_ values: [String: String]) async throws {
        let operations = values.map { KeyValueTransaction.Operation.set($0.key, Array($0.value.utf8)) }
        _ = try await keyValues.commit(operations)
    }

    fileprivate func delete(_ key: String) async throws {
        _ = try await keyValues.commit([.delete(key)])
    }
}

#endif
