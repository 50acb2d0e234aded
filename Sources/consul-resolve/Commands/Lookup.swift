// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve [lookup] NAME`
struct Lookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the healthy instances of a service.",
        discussion: "This is the default subcommand: `consul-resolve web` runs it."
    )

    @OptionGroup var service: ServiceOptions

    @OptionGroup var failover: FailoverOptions

    @Option(help: "The source to query: auto, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    @Option(help: "table, json, or plain for one address:port a line.")
    var format = EndpointFormat.table

    @Flag(help: "Print the origin of the answer on standard error.")
    var verbose = false

    func validate() throws {
        _ = try request()
    }

    func run() async throws {
        let request = try request()
        let resolver = try server.resolver(via: via, http: http)
        let resolution = try await resolver.resolve(request)
        if verbose { tell(resolution, resolver.diagnostics()) }
        switch format {
        case .json: try Terminal.output(json(resolution).description)
        case .plain where !resolution.endpoints.isEmpty: try Terminal.output(plain(resolution))
        case .table where !resolution.endpoints.isEmpty: try Terminal.output(resolution.endpoints.table.description)
        case .plain, .table: break
        }
        switch resolution.outcome {
        case .endpoints(let endpoints):
            if let alternative = resolution.alternative { Terminal.say("from \(alternative)") }
            if resolution.isStale { Terminal.say(resolution.staleness(of: service.description)) }
            if !resolution.isComplete { Terminal.say("there may be more instances than these \(endpoints.count)") }
            if let unusable = resolution.unusableInWords { Terminal.say(unusable) }
        case .empty, .unknown:
            throw ExitStatus.nothing(resolution, of: service)
        }
    }

    private func request() throws -> ServiceRequest {
        try failover.applied(to: try service.request(via: via))
    }

    private func tell(_ resolution: Resolution, _ diagnostics: ServiceResolver.Diagnostics) {
        Terminal.say(resolution.provenance)
        for line in "\(diagnostics)".split(separator: "\n") { Terminal.say(String(line)) }
    }

    private func plain(_ resolution: Resolution) -> String {
        resolution.endpoints.map(\.authority).joined(separator: "\n")
    }

    /// The fixed form that scripts rely on.
    private func json(_ resolution: Resolution) -> JSON {
        var query: JSON.Members = [
            "service": .string(service.name), "tag": JSON(service.instances.tag),
            "datacenter": JSON(service.instances.datacenter),
        ]
        if let port = service.instances.portName { query.list.append((key: "port", value: .string(port))) }
        return resolution.withPlace([
            "query": .object(query),
            "outcome": .string(resolution.outcomeName), "reason": resolution.reasonJSON,
            "source": JSON(resolution.source), "complete": .bool(resolution.isComplete),
            "stale": .bool(resolution.isStale),
            "ttlSeconds": .integer(Int(resolution.timeToLive.components.seconds)),
            "elapsedMilliseconds": .number(resolution.elapsed.milliseconds),
            "endpoints": resolution.endpointsJSON, "error": resolution.errorJSON,
            "unusable": .integer(resolution.unusableInstances),
        ])
    }
}
