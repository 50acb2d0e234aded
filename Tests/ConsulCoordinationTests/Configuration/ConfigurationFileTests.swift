// SPDX-License-Identifier: Apache-2.0

import Foundation
import ResolverSupport
import Testing

@testable import ConsulCoordination

/// The snapshot file of a configuration: its format, its trust, and how it is replaced.
struct ConfigurationFileTests {
    private static let content = ConfigurationContent(
        entries: [
            "port": .init(value: Array("80".utf8), origin: "app/"),
            "bytes": .init(value: [0, 255], origin: "base/"),
            "db/Password": .init(value: Array("hunter2".utf8), origin: "app/"),
        ],
        index: 7
    )

    private func withDirectory<Output>(_ body: (String) throws -> Output) throws -> Output {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("config-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        return try body(directory.path)
    }

    private func file(_ path: String, source: String = "app/", at time: Int64 = 1_000) -> ConfigurationFile {
        var file = ConfigurationFile(options: ConfigurationSnapshotFile(path: path), source: source, logger: nil)
        file.wallClock = { time }
        return file
    }

    @Test
    func `Content is read back without its secrets, from a file that only its owner may read`() throws {
        try withDirectory { directory in
            let path = directory + "/config"
            try file(path).write(Self.content)
            let read = try file(path).read()
            #expect(read.index == nil)
            #expect(read.entries == Self.content.entries.filter { $0.key != "db/Password" })
            let attributes = try FileManager.default.attributesOfItem(atPath: path)
            #expect(attributes[.posixPermissions] as? Int == 0o600)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["config"])
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(!text.contains("Password") && !text.contains("aHVudGVyMg=="))
        }
    }

    @Test
    func `All keys are written if no key counts as a secret`() throws {
        try withDirectory { directory in
            let options = ConfigurationSnapshotFile(path: directory + "/config") { _ in false }
            let file = ConfigurationFile(options: options, source: "app/", logger: nil)
            try file.write(Self.content)
            #expect(try file.read().entries == Self.content.entries)
        }
    }

    @Test(arguments: ["db/password", "TLS/PrivateKey", "api_key", "oauth/token/value", "aws/credentials"])
    func `Keys of secrets are recognized by their words`(key: String) {
        #expect(ConfigurationSnapshotFile.looksSecret(key))
        #expect(!ConfigurationSnapshotFile.looksSecret("database/port"))
    }

    @Test
    func `A changed byte anywhere in the file is noticed`() throws {
        let bytes = ConfigurationFileFormat.encode(
            .init(source: "app/", writtenAt: 1, entries: Self.content.entries)
        )
        #expect(try ConfigurationFileFormat.decode(bytes).entries == Self.content.entries)
        for position in bytes.indices {
            var changed = bytes
            changed[position] ^= 1
            #expect(throws: PrivateFileError.self, "byte \(position)") {
                try ConfigurationFileFormat.decode(changed)
            }
        }
        for count in bytes.indices {
            #expect(throws: PrivateFileError.self, "\(count) bytes") {
                try ConfigurationFileFormat.decode(Array(bytes[..<count]))
            }
        }
    }

    @Test
    func `A file of another configuration, from the future or too old is not used`() throws {
        try withDirectory { directory in
            let path = directory + "/config"
            try file(path).write(Self.content)
            #expect(throws: PrivateFileError.self) { try file(path, source: "other/").read() }
            #expect(throws: PrivateFileError.self) { try file(path, at: 0).read() }
            #expect(throws: Never.self) { try file(path, at: 1_000 + 7 * 86_400).read() }
            #expect(throws: PrivateFileError.self) { try file(path, at: 1_001 + 7 * 86_400).read() }
        }
    }

    @Test
    func `A link is neither used nor replaced, and a file that others may write is not used until it is replaced`()
        throws
    {
        try withDirectory { directory in
            let (path, link) = (directory + "/config", directory + "/link")
            try file(path).write(Self.content)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: path)
            let linked = #expect(throws: PrivateFileError.self) { try file(link).read() }
            #expect(linked?.code == .untrusted)
            #expect(throws: PrivateFileError.self) { try file(link).write(Self.content) }
            try FileManager.default.setAttributes([.posixPermissions: 0o622], ofItemAtPath: path)
            let error = #expect(throws: PrivateFileError.self) { try file(path).read() }
            #expect(error?.code == .untrusted)
            try file(path).write(Self.content)
            #expect(try file(path).read().entries.count == 2)
        }
    }

    @Test
    func `A file of another kind is not replaced, and an empty one is`() throws {
        try withDirectory { directory in
            let path = directory + "/config"
            try Data("#!/bin/sh\n".utf8).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: PrivateFileError.self) { try file(path).write(Self.content) }
            #expect(error?.code == .foreign)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "#!/bin/sh\n")
            try Data().write(to: URL(fileURLWithPath: path))
            try file(path).write(Self.content)
            #expect(try file(path).read().entries.count == 2)
        }
    }

    @Test
    func `A missing directory is an error that says so`() throws {
        try withDirectory { directory in
            let error = #expect(throws: PrivateFileError.self) {
                try file(directory + "/absent/config").write(Self.content)
            }
            #expect(error?.description.contains("no such file") == true)
        }
    }
}
