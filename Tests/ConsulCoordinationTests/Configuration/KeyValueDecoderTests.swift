// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

/// The decoder of values from keys.
struct KeyValueDecoderTests {
    private struct Settings: Decodable, Equatable {
        struct Database: Decodable, Equatable {
            var host: String
            var port: UInt16
            var isReadOnly: Bool?
        }
        enum Level: String, Decodable { case debug, info }

        var name: String
        var level: Level
        var ratio: Double
        var timeout: Duration
        var database: Database
        var hosts: [String]
        var weights: [String: Int]
        var replicas: [Database]?
        var key: [UInt8]?
    }

    private static let entries = [
        "name": " exact \n", "level": "info", "ratio": "0.25\n", "timeout": "1m30s", "database/host": "db",
        "database/port": " 5432 ", "hosts": "a, b,c", "weights/x": "1", "weights/y": "-2",
    ]

    private func decode<Value: Decodable>(_: Value.Type, _ entries: [String: String]) throws -> Value {
        try KeyValueDecoder.decode(
            Value.self,
            from: entries.mapValues { ConfigurationContent.Entry(value: Array($0.utf8), origin: "") }
        )
    }

    /// Decodes the settings with other or additional entries; an empty optional removes one.
    private func settings(_ changes: [String: String?] = [:]) throws -> Settings {
        var entries = Self.entries
        for (key, value) in changes { entries[key] = value }
        return try decode(Settings.self, entries)
    }

    @Test
    func `Parts of keys become properties, nested ones and those of dictionaries`() throws {
        let settings = try settings(["unknown/key": "ignored"])
        #expect(settings.name == " exact \n")
        #expect(settings.level == .info)
        #expect(settings.ratio == 0.25)
        #expect(settings.timeout == .seconds(90))
        #expect(settings.database == Settings.Database(host: "db", port: 5432, isReadOnly: nil))
        #expect(settings.hosts == ["a", "b", "c"])
        #expect(settings.weights == ["x": 1, "y": -2])
        #expect(settings.replicas == nil)
        #expect(settings.key == nil)
    }

    @Test
    func `Keys that end with numbers become an array in the order of the numbers`() throws {
        let settings = try settings([
            "replicas/10/host": "c", "replicas/10/port": "3", "replicas/2/host": "b", "replicas/2/port": "2",
            "replicas/0/host": "a", "replicas/0/port": "1", "hosts": nil, "hosts/1": "with, comma", "hosts/0": "zero",
        ])
        #expect(settings.replicas?.map(\.host) == ["a", "b", "c"])
        #expect(settings.hosts == ["zero", "with, comma"])
    }

    @Test
    func `An empty value is an empty array, an empty text and no bytes`() throws {
        let settings = try settings(["hosts": "", "name": "", "key": ""])
        #expect(settings.hosts == [])
        #expect(settings.name == "")
        #expect(settings.key == [])
    }

    @Test
    func `Bytes are taken as they are`() throws {
        let bytes: [UInt8] = [0, 255, 10]
        let entries = ["key": ConfigurationContent.Entry(value: bytes, origin: "")]
        #expect(try KeyValueDecoder.decode([String: [UInt8]].self, from: entries) == ["key": bytes])
        #expect(throws: DecodingError.self) { try KeyValueDecoder.decode([String: String].self, from: entries) }
    }

    @Test(arguments: [("true", true), ("YES", true), ("on", true), ("1", true), ("False", false), ("no", false)])
    func `Words of both kinds are Boolean values`(text: String, value: Bool) throws {
        #expect(try settings(["database/isReadOnly": text]).database.isReadOnly == value)
    }

    @Test(arguments: [
        ("database/port", nil, "database: \"port\" is missing"),
        ("database/port", "65536", "database/port: is no valid UInt16"),
        ("database/port", "", "database/port: is no valid UInt16"),
        ("database/isReadOnly", "maybe", "database/isReadOnly: is neither"),
        ("level", "verbose", "level: "),
        ("timeout", "90", "timeout: is no duration"),
        ("weights/x", "1.5", "weights/x: is no valid Int"),
        ("hosts/x", "a", "hosts: is no array"),
    ])
    func `An error names the key and not the value`(key: String, value: String?, message: String) throws {
        let error = #expect(throws: DecodingError.self) { try settings([key: value]) }
        let text = ConfigurationRejection(error: try #require(error), index: 7).description
        #expect(text.hasPrefix("the configuration at index 7 is not valid: \(message)"))
    }

    @Test
    func `A type that decodes its keys by hand sees all of them`() throws {
        struct Free: Decodable, Equatable {
            var names: [String] = []
            var first: [Int] = []

            init(from decoder: any Decoder) throws {
                let container = try decoder.container(keyedBy: KeyValueCodingKey.self)
                names = container.allKeys.map(\.stringValue)
                var list = try container.nestedUnkeyedContainer(forKey: KeyValueCodingKey(stringValue: "list")!)
                #expect(list.count == 2)
                while !list.isAtEnd { first.append(try list.decode(Int.self)) }
                #expect(throws: DecodingError.self) { try list.decode(Int.self) }
            }
        }
        let free = try decode(Free.self, ["b": "", "a/x": "", "list": "4,2"])
        #expect(free.names == ["a", "b", "list"])
        #expect(free.first == [4, 2])
    }
}
