// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP
import ConsulResolver

/// `consul-resolve pick NAME`
struct Pick: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pick",
        abstract: "Pick an endpoint of a service, or see how picks are distributed.",
        discussion: """
            Consul is queried once, and no connection to the picked endpoint is opened. A policy that relies on the \
            outcomes of requests has none here, and rotates by weight, starting at a random endpoint.

            With --count, one balancer picks that many times, and the distribution is shown beside the one that the \
            weights demand. With --policy hashed and without --key, every pick has a key of its own, so the output \
            shows how keys are distributed.

            --format plain prints the address:port of every pick on a line of its own, and is the default without \
            --count. --format json lists all endpoints with --count, otherwise the one that was picked.

            EXAMPLES:
              consul-resolve pick web
              consul-resolve pick web --policy hashed --key user-7
              consul-resolve pick web --count 10000
            """
    )

    @Argument(help: "The service's name.")
    var name: String

    @OptionGroup var request: RequestOptions

    @OptionGroup var picking: PickingOptions

    @Option(help: "The number of picks to make, up to 100000000, to show their distribution.")
    var count: Int?

    @Option(help: "table, json, or plain for one address:port a line. Default: plain, with --count table.")
    var format: EndpointFormat?

    @Option(help: Template.help, transform: Template.parse)
    var template: Template?

    func validate() throws {
        try Template.check(template, format)
        _ = try request.request(for: name)
        if let count, !(1...100_000_000).contains(count) {
            throw ValidationError("--count must be from 1 to 100000000")
        }
    }

    func run() async throws {
        let service = try await SettledService(name, request, picking)
        let described = request.description(of: name)
        do {
            if let count { try showMany(count, of: service) } else { try showOne(of: service) }
        } catch let absence as PickError {
            if writesDocument {
                try Terminal.output(PickDistribution.json(of: absence, by: picking.policy), by: template)
            }
            throw picking.failure(absence, of: described)
        }
        let resolution = service.resolution
        resolution.originMessages(of: described).forEach(Terminal.say)
        if count != nil { resolution.gapMessages.forEach(Terminal.say) }
    }

    private var writesDocument: Bool { format == .json || template != nil }

    // MARK: One

    private func showOne(of service: SettledService) throws {
        let endpoint = try service.pick(picking.pickOptions)
        if writesDocument {
            let distribution = PickDistribution(of: [endpoint], picks: [endpoint.hostPort: 1])
            try Terminal.output(json(distribution, service), by: template)
        } else {
            try Terminal.output(format == .table ? [endpoint].table.description : endpoint.authority)
        }
    }

    // MARK: Many

    private func showMany(_ count: Int, of service: SettledService) throws {
        if format == .plain { return try list(count, of: service) }
        var picks: [HostPort: Int] = [:]
        for number in 1...count {
            picks[try pick(number, of: service).hostPort, default: 0] += 1
        }
        let distribution = PickDistribution(of: service.endpoints, picks: picks)
        if writesDocument {
            try Terminal.output(json(distribution, service), by: template)
        } else {
            try Terminal.output(distribution.text(columns: Terminal.size.columns))
        }
    }

    /// Prints in batches: a hundred million lines are too many to keep in memory, and too many for one write each.
    private func list(_ count: Int, of service: SettledService) throws {
        var lines: [String] = []
        for number in 1...count {
            lines.append(try pick(number, of: service).authority)
            if lines.count == 4096 || number == count {
                try Terminal.output(lines.joined(separator: "\n"))
                lines.removeAll(keepingCapacity: true)
            }
        }
    }

    private func pick(_ number: Int, of service: SettledService) throws(PickError) -> Endpoint {
        var options = picking.pickOptions
        if picking.policy == .hashed, picking.key == nil { options.key = HashKey(number) }
        return try service.pick(options)
    }

    private func json(_ distribution: PickDistribution, _ service: SettledService) -> JSON {
        let members = distribution.jsonMembers(by: picking.policy, isStale: service.resolution.isStale)
        return .object(members + service.resolution.originMembers)
    }
}
