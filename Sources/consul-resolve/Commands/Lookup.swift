// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP
import ConsulResolver

/// `consul-resolve [lookup] NAME`
struct Lookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the healthy instances of a service.",
        discussion: "This is the default subcommand: `consul-resolve web` runs it."
    )

    @OptionGroup var options: RequestOptions

    @Option(help: "table, json, or plain for one address:port a line.")
    var format = EndpointFormat.table

    @Flag(help: "Print the origin of the answer on standard error.")
    var verbose = false

    func run() async throws {
        let resolver = try options.resolver()
        let resolution = try await resolver.resolve(try options.request())
        if verbose { tell(resolution, resolver.diagnostics()) }
        switch format {
        case .json: try Terminal.output(json(resolution).description)
        case .plain, .table:
            let endpoints = resolution.endpoints
            if !endpoints.isEmpty {
                try Terminal.output(format == .plain ? endpoints.lines : endpoints.table.description)
            }
        }
        if let absence = resolution.absence(of: options.description) {
            throw Terminal.failure(absence, ExitStatus.of(resolution))
        }
        (resolution.originMessages(of: options.description) + resolution.gapMessages).forEach(Terminal.say)
    }

    private func tell(_ resolution: Resolution, _ diagnostics: ResolverDiagnostics) {
        Terminal.say(resolution.provenance)
        for line in "\(diagnostics)".split(separator: "\n") { Terminal.say(String(line)) }
    }

    /// The fixed form that scripts rely on.
    private func json(_ resolution: Resolution) -> JSON {
        var query: JSON.Members = [
            "service": .string(options.name), "tag": JSON(options.instances.tag),
            "datacenter": JSON(options.instances.datacenter),
        ]
        if let port = options.instances.portName { query.list.append((key: "port", value: .string(port))) }
        return .object(
            ["query": .object(query)] + resolution.outcomeMembers
                + [
                    "ttlSeconds": .integer(Int(resolution.timeToLive.components.seconds)),
                    "elapsedMilliseconds": .number(resolution.elapsed.milliseconds),
                ] + resolution.endpointMembers + ["unusable": .integer(resolution.unusableInstances)]
                + resolution.originMembers
        )
    }
}
