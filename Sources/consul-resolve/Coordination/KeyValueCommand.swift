// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination
import ConsulHTTP

/// `consul-resolve kv`
struct KeyValueCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "kv",
        abstract: "Read and change entries of the key/value store.",
        discussion: """
            Exit status: 0 done, 2 the key does not exist or a check-and-set was lost, 3 Consul could not be asked, or \
            the token may not.
            """,
        subcommands: [KeyValueGet.self, KeyValuePut.self, KeyValueDelete.self, KeyValueList.self]
    )

    /// Reports that a key has another modify index than the given one.
    fileprivate static func lostCheckAndSet(of key: String, at index: UInt64?) -> ExitCode {
        Terminal.failure("the modify index of \(key) is not \(index ?? 0); read it again", ExitStatus.empty)
    }
}

/// The formats for entries.
enum EntryFormat: String, ExpressibleByArgument, CaseIterable {
    case plain
    case json
}

/// `consul-resolve kv get KEY`
struct KeyValueGet: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "get",
        abstract: "Print the value of a key.",
        usage: "consul-resolve kv get <key> [<options>]",
        discussion: """
            --format plain prints the bytes of the value and no line break after them.

            EXAMPLES:
              consul-resolve kv get config/web/level
              consul-resolve kv get config/web/level --format json
            """
    )

    @Argument(help: "The key.") var key: String
    @Option(help: "plain for the value alone, or json for the whole entry.") var format = EntryFormat.plain
    @OptionGroup var agent: AgentOptions

    func run() async throws {
        let entry = try await agent.withClient { try await $0.keyValues.entry(key).value }
        guard let entry else {
            throw Terminal.failure("the key \(key) does not exist", ExitStatus.empty)
        }
        switch format {
        case .plain: try Terminal.output(bytes: entry.value)
        case .json: try Terminal.output(entry.json.description)
        }
    }
}

/// `consul-resolve kv put KEY VALUE`
struct KeyValuePut: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "put",
        abstract: "Write a value.",
        usage: "consul-resolve kv put <key> <value> [<options>]",
        discussion: """
            The flags of the entry become those of --flags, 0 by default, as with Consul's own command line. With --cas, \
            the value is written only if the key's modify index is still the given one; 0 means that the key must not \
            exist.

            EXAMPLES:
              consul-resolve kv put config/web/level 3
              consul-resolve kv put config/web/level 4 --cas 17
              consul-resolve kv put certs/web - < web.pem
            """
    )

    @Argument(help: "The key.") var key: String
    @Argument(help: "The value; - reads it from standard input.") var value: String
    @Option(help: ArgumentHelp("Write only if the entry has this modify index.", valueName: "index")) var cas: UInt64?
    @Option(help: "A number that Consul stores with the value.") var flags: UInt64 = 0
    @OptionGroup var agent: AgentOptions

    func run() async throws {
        let bytes = try StandardInput.bytes(of: value, atMost: KeyValueStore.maximumValueSize)
        let isWritten = try await agent.withClient { client in
            guard let cas else {
                try await client.keyValues.set(key, bytes, flags: flags)
                return true
            }
            return try await client.keyValues.set(key, bytes, flags: flags, ifUnchangedSince: cas)
        }
        if !isWritten { throw KeyValueCommand.lostCheckAndSet(of: key, at: cas) }
    }
}

/// `consul-resolve kv delete KEY`
struct KeyValueDelete: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "delete",
        abstract: "Delete a key, or all keys that begin with a text.",
        usage: "consul-resolve kv delete <key> [<options>]",
        discussion: """
            Deleting a key that does not exist succeeds.

            EXAMPLES:
              consul-resolve kv delete config/web/level
              consul-resolve kv delete config/web/ --recurse
            """
    )

    @Argument(help: "The key; with --recurse, the beginning of the keys.") var key: String
    @Flag(help: "Delete all keys that begin with the text.") var recurse = false
    @Option(help: ArgumentHelp("Delete only if the entry has this modify index.", valueName: "index")) var cas: UInt64?
    @OptionGroup var agent: AgentOptions

    func validate() throws {
        if recurse, cas != nil { throw ValidationError("--cas is for one key, and has no effect with --recurse") }
    }

    func run() async throws {
        let isDeleted = try await agent.withClient { client in
            if recurse {
                try await client.keyValues.deleteAll(under: key)
            } else if let cas {
                return try await client.keyValues.delete(key, ifUnchangedSince: cas)
            } else {
                try await client.keyValues.delete(key)
            }
            return true
        }
        if !isDeleted { throw KeyValueCommand.lostCheckAndSet(of: key, at: cas) }
    }
}

/// `consul-resolve kv list PREFIX`
struct KeyValueList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the entries whose keys begin with a text.",
        usage: "consul-resolve kv list <prefix> [<options>]",
        discussion: """
            --format plain prints a line for each entry: the key, a tab and the value, with unprintable characters \
            escaped. With --keys, it prints the keys alone. The exit status is 2 if there is no entry.

            EXAMPLES:
              consul-resolve kv list config/web/
              consul-resolve kv list config/ --keys
              consul-resolve kv list config/ --format json
            """
    )

    @Argument(help: "The beginning of the keys; \"\" for all.") var prefix: String
    @Flag(help: "Print the keys without their values.") var keys = false
    @Option(help: "plain, or json for an array of entries; of keys with --keys.") var format = EntryFormat.plain
    @OptionGroup var agent: AgentOptions

    func run() async throws {
        let lines: [(plain: String, json: JSON)]
        if keys {
            let names = try await agent.withClient { try await $0.keyValues.keys(under: prefix).value }
            lines = names.map { ($0.printable, .string($0)) }
        } else {
            let entries = try await agent.withClient { try await $0.keyValues.entries(under: prefix).value }
            lines = entries.map { entry in
                let value = String(decoding: entry.value, as: UTF8.self)
                return ("\(entry.key.printable)\t\(value.printable)", entry.json)
            }
        }
        switch format {
        case .json: try Terminal.output(JSON.array(lines.map(\.json)).description)
        case .plain: for line in lines { try Terminal.output(line.plain) }
        }
        if lines.isEmpty { throw Terminal.failure("no key begins with \"\(prefix)\"", ExitStatus.empty) }
    }
}

extension KeyValueEntry {
    /// The fixed form that scripts rely on.
    var json: JSON {
        .object([
            "key": .string(key), "value": JSON(text), "valueBase64": .string(Base64.encode(value)),
            "flags": .unsigned(flags), "createIndex": .unsigned(createIndex), "modifyIndex": .unsigned(modifyIndex),
            "lockIndex": .unsigned(lockIndex), "session": JSON(session),
        ])
    }
}
