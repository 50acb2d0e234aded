// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// The usual arguments of `lookup`, `pick` and `exec`, read without the argument parser.
///
/// The parser first reflects on all commands and options, which takes several times as long as the lookup. This reader
/// knows valid values only, each option once, and no other commands. It leaves all other arguments to the parser, which
/// explains what is wrong with them. From arguments that this reader accepts, both make the same command.
struct UsualArguments {
    /// The words that are neither options nor their values.
    private let names: [String]
    /// The words after `--`; `nil` without it.
    private let command: [String]?
    private let isVerbose: Bool
    /// The values of the options that are not read yet.
    private var options: [(name: String, value: String)]

    /// The error for arguments that only the argument parser understands.
    private struct Unusual: Error {}

    /// Returns the command that the arguments name; `nil` if only the argument parser can tell.
    static func command(_ arguments: [String]) -> (any AsyncParsableCommand)? {
        guard let first = arguments.first, !first.hasPrefix("-"), first != "help" else { return nil }
        switch first {
        case "lookup": return try? lookup(arguments.dropFirst())
        case "pick": return try? pick(arguments.dropFirst())
        case "exec": return try? exec(arguments.dropFirst())
        default:
            guard !ConsulResolve.subcommandNames.contains(first), let lookup = try? lookup(arguments[...])
            else { return nil }
            // The first of several names may be a mistyped subcommand.
            return lookup.names.count == 1 ? lookup : nil
        }
    }

    // MARK: Commands

    private static func lookup(_ words: ArraySlice<String>) throws -> Lookup {
        var arguments = try UsualArguments(words)
        var lookup = Lookup()
        lookup.names = arguments.names
        lookup.options = try arguments.requestOptions()
        lookup.format = try arguments.value("--format")
        lookup.template = try arguments.word("--template").map(Template.parse)
        lookup.verbose = arguments.isVerbose
        try arguments.end()
        guard arguments.command == nil, !arguments.names.isEmpty else { throw Unusual() }
        try lookup.validate()
        return lookup
    }

    private static func pick(_ words: ArraySlice<String>) throws -> Pick {
        var arguments = try UsualArguments(words)
        var pick = Pick()
        pick.name = try arguments.name()
        pick.request = try arguments.requestOptions()
        pick.picking = try arguments.pickingOptions()
        pick.count = try arguments.value("--count")
        pick.format = try arguments.value("--format")
        pick.template = try arguments.word("--template").map(Template.parse)
        try arguments.end()
        guard arguments.command == nil, !arguments.isVerbose else { throw Unusual() }
        try pick.validate()
        return pick
    }

    private static func exec(_ words: ArraySlice<String>) throws -> Exec {
        var arguments = try UsualArguments(words)
        var exec = Exec()
        exec.name = try arguments.name()
        exec.request = try arguments.requestOptions()
        exec.picking = try arguments.pickingOptions()
        var command = CommandOptions()
        command.words = arguments.command ?? []
        try command.validate()
        exec.command = command
        try arguments.end()
        guard !arguments.isVerbose else { throw Unusual() }
        try exec.validate()
        return exec
    }

    // MARK: Groups of options

    private mutating func requestOptions() throws -> RequestOptions {
        var instances = InstanceOptions()
        instances.tags = words("--tag")
        instances.portName = try word("--port-name")
        instances.datacenter = try word("--datacenter")
        try instances.validate()
        var server = ServerOptions()
        server.servers = try words("--dns-server").map(ServerOptions.parseServer)
        server.timeout = try word("--timeout").map(DurationArgument.parse) ?? DurationArgument(.seconds(2))
        var http = HTTPOptions()
        http.address = try word("--http-address")
        http.tokenFile = try word("--token-file")
        try http.validate()
        var request = RequestOptions()
        request.instances = instances
        request.failoverDatacenters = words("--failover-datacenter")
        request.via = try value("--via") ?? .auto
        request.server = server
        request.http = http
        return request
    }

    private mutating func pickingOptions() throws -> PickingOptions {
        var picking = PickingOptions()
        picking.policy = try value("--policy") ?? .adaptive
        picking.key = try word("--key")
        try picking.validate()
        return picking
    }

    // MARK: Words

    /// Splits words into names, options and a command.
    private init(_ words: ArraySlice<String>) throws {
        var (names, options, isVerbose) = ([String](), [(name: String, value: String)](), false)
        var rest = words
        while let word = rest.popFirst(), word != "--" {
            if word == "--verbose", !isVerbose {
                isVerbose = true
            } else if !word.hasPrefix("-") {
                names.append(word)
            } else {
                // `--option=value` is left to the parser, as is a value that looks like an option.
                guard word.hasPrefix("--"), !word.contains("="), let value = rest.popFirst(), !value.hasPrefix("-")
                else { throw Unusual() }
                options.append((word, value))
            }
        }
        self.names = names
        self.options = options
        self.isVerbose = isVerbose
        command = rest.startIndex > words.startIndex && words[rest.startIndex - 1] == "--" ? Array(rest) : nil
    }

    private func name() throws -> String {
        guard names.count == 1 else { throw Unusual() }
        return names[0]
    }

    /// Returns the values of an option, and removes them.
    private mutating func words(_ option: String) -> [String] {
        defer { options.removeAll { $0.name == option } }
        return options.filter { $0.name == option }.map(\.value)
    }

    /// Returns the value of an option; `nil` if it is not set.
    private mutating func word(_ option: String) throws -> String? {
        let values = words(option)
        guard values.count <= 1 else { throw Unusual() }
        return values.first
    }

    private mutating func value<Value: ExpressibleByArgument>(_ option: String) throws -> Value? {
        guard let word = try word(option) else { return nil }
        guard let value = Value(argument: word) else { throw Unusual() }
        return value
    }

    /// Checks that all options were read.
    private func end() throws {
        guard options.isEmpty else { throw Unusual() }
    }
}
