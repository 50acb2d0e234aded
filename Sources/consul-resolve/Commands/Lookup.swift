// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve [lookup] NAME`
struct Lookup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "List the healthy instances of a service.",
        discussion: "This is what happens when no subcommand is named: `consul-resolve web`."
    )

    @Argument(help: "The service's name.")
    var name: String

    @Option(help: "Only instances with this tag.")
    var tag: String?

    @Option(help: "The datacenter; the agent's own by default.")
    var datacenter: String?

    @Option(help: "Which of Consul's interfaces to ask: auto, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @Option(name: .customLong("http-address"), help: ArgumentHelp("Consul's HTTP API.", valueName: "url"))
    var httpAddress: String?

    @Option(help: "table, json, or plain for one address:port a line.")
    var format = EndpointFormat.table

    func validate() throws {
        if via == .http || httpAddress != nil {
            throw ValidationError("this version asks Consul over DNS only; leave out --via http and --http-address")
        }
    }

    func run() async throws {
        let resolver = try ServiceResolver(configuration: server.configuration())
        let resolution: Resolution
        do {
            resolution = try await resolver.resolve(name, tag: tag, in: ConsulLocality(datacenter: datacenter))
        } catch let error as ConsulNameError {
            throw ValidationError("\(error)")
        }
        report(resolution)
        switch resolution.outcome {
        case .endpoints: break
        case .empty: throw ExitStatus.empty
        case .unknown: throw ExitStatus.unknown
        }
    }

    private func report(_ resolution: Resolution) {
        switch format {
        case .json: Terminal.output(json(resolution).description)
        case .plain: if !resolution.endpoints.isEmpty { Terminal.output(plain(resolution)) }
        case .table: if !resolution.endpoints.isEmpty { Terminal.output(table(resolution)) }
        }
        switch resolution.outcome {
        case .endpoints(let endpoints):
            if !resolution.isComplete { Terminal.say("there may be more instances than these \(endpoints.count)") }
        case .empty(let reason):
            let why = reason.map { " (\($0))" } ?? ""
            Terminal.say("Consul knows no healthy instance of \(subject)\(why)")
        case .unknown(let failure):
            Terminal.say("could not find out about \(subject): \(failure)")
        }
    }

    private var subject: String { tag.map { "\(name) with tag \($0)" } ?? name }

    private func plain(_ resolution: Resolution) -> String {
        resolution.endpoints.map(\.authority).joined(separator: "\n")
    }

    private func table(_ resolution: Resolution) -> String {
        resolution.table.lines().joined(separator: "\n")
    }

    private func json(_ resolution: Resolution) -> JSON {
        .object([
            "query": .object(["service": .string(name), "tag": JSON(tag), "datacenter": JSON(datacenter)]),
            "outcome": .string(resolution.outcomeName), "reason": resolution.reasonJSON,
            "source": JSON(resolution.source), "complete": .bool(resolution.isComplete),
            "stale": .bool(resolution.isStale),
            "ttlSeconds": .integer(Int(resolution.timeToLive.components.seconds)),
            "elapsedMilliseconds": .number(resolution.elapsed.milliseconds),
            "endpoints": resolution.endpointsJSON, "error": resolution.errorJSON,
        ])
    }
}
