// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP
import ConsulResolver

/// `consul-resolve [lookup] NAME...`
struct Lookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lookup",
        abstract: "List the healthy instances of services.",
        discussion: """
            This is the default subcommand: `consul-resolve web` runs it.

            Several services are looked up together, within the same --timeout, and printed in the order of their names. \
            The exit status is then the worst one: 3 for a service that Consul could not be asked about, else 2 for one \
            without a healthy instance. --format json prints one object a line, in that order.

            \(Template.explanation)

            EXAMPLES:
              consul-resolve web
              consul-resolve web --tag v2 --format plain
              consul-resolve web db cache --format json
              consul-resolve web --template '{{#endpoints}}{{address}} {{/endpoints}}'
            """
    )

    /// The number of services that are looked up at a time.
    private static let limit = 32

    @Argument(help: ArgumentHelp("The name of a service; more names look up more services.", valueName: "name"))
    var names: [String]

    @OptionGroup var options: RequestOptions

    @Option(help: "table, json, or plain for one address:port a line. Default: table.")
    var format: EndpointFormat?

    @Option(help: Template.help, transform: Template.parse)
    var template: Template?

    @Flag(help: "Print the origin of the answer on standard error.")
    var verbose = false

    func validate() throws {
        for name in names { _ = try options.request(for: name) }
        try Template.check(template, format)
    }

    func run() async throws {
        let resolver = try options.resolver()
        let found = zip(names, try await resolutions(with: resolver))
        if verbose {
            for (_, resolution) in found { Terminal.say(resolution.provenance) }
            for line in "\(resolver.diagnostics())".split(separator: "\n") { Terminal.say(String(line)) }
        }
        if template != nil || format == .json {
            for (name, resolution) in found { try Terminal.output(json(resolution, of: name), by: template) }
        } else if format == .plain {
            let endpoints = found.flatMap { $1.endpoints }
            if !endpoints.isEmpty { try Terminal.output(endpoints.lines) }
        } else if let table = table(found) {
            try Terminal.output(table.description)
        }
        var worst = ExitStatus.success
        for (name, resolution) in found {
            try await tell(resolution, of: name)
            // The statuses rise with the severity of the outcome.
            let status = ExitStatus.of(resolution)
            if status.rawValue > worst.rawValue { worst = status }
        }
        if worst != .success { throw worst }
    }

    // MARK: Queries

    private func resolutions(with resolver: ServiceResolver) async throws -> [Resolution] {
        let requests = try names.map { try options.request(for: $0) }
        guard requests.count > 1 else { return [try await resolver.resolve(requests[0])] }
        let end = ContinuousClock.now.advanced(by: options.server.timeout.duration)
        return try await withThrowingTaskGroup(of: (Int, Resolution).self) { group in
            var found: [Int: Resolution] = [:]
            for (index, request) in requests.enumerated() {
                if index >= Self.limit, let (earlier, resolution) = try await group.next() {
                    found[earlier] = resolution
                }
                // Without time left, a lookup still reports the service as unknown.
                let left = max(ContinuousClock.now.duration(to: end), .milliseconds(1))
                group.addTask { (index, try await resolver.resolve(request, timeout: left)) }
            }
            for try await (index, resolution) in group { found[index] = resolution }
            return requests.indices.compactMap { found[$0] }
        }
    }

    // MARK: Messages

    private func tell(_ resolution: Resolution, of name: String) async throws {
        let service = options.description(of: name)
        guard let absence = resolution.absence(of: service) else {
            return (resolution.originMessages(of: service) + resolution.gapMessages).forEach(Terminal.say)
        }
        Terminal.say(absence)
        guard case .empty(let reason) = resolution.outcome, reason == .noSuchService else { return }
        guard options.via != .dns, Terminal.showsMessages else { return }
        let similar = try await SimilarServices.names(like: name, options)
        if !similar.isEmpty { Terminal.say("did you mean \(Words.choice(similar))?") }
    }

    // MARK: Forms

    /// The endpoints, with their service if there are several; `nil` without endpoints.
    private func table(_ found: some Sequence<(String, Resolution)>) -> Table? {
        let tables = found.filter { !$0.1.endpoints.isEmpty }.map { ($0, $1.endpoints.table) }
        guard let (_, first) = tables.first else { return nil }
        guard names.count > 1 else { return first }
        return Table(
            heading: ["SERVICE"] + first.heading,
            rows: tables.flatMap { name, table in table.rows.map { [name] + $0 } }
        )
    }

    /// The fixed form that scripts rely on.
    private func json(_ resolution: Resolution, of name: String) -> JSON {
        var query: JSON.Members = [
            "service": .string(name), "tag": JSON(options.instances.tag),
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
