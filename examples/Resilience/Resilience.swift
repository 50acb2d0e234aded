// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import ExampleServers

/// Three servers behind a real Consul agent, one of them in trouble: the effect on callers, for several balancing
/// configurations.
///
/// The agent is the one on this machine, or that of `CONSUL_DNS_ADDR` and `CONSUL_HTTP_ADDR`; `scripts/resilience`
/// starts one. The servers are registered without a check, so Consul never notices the trouble: only the outcomes of
/// requests reveal it.
@main
struct Resilience {
    /// Takes one optional argument, a factor for all times. `0.5` halves them, except for times of the library, such as
    /// that of an ejection.
    static func main() async throws {
        let scale = CommandLine.arguments.dropFirst().first.flatMap(Double.init) ?? 1
        let example = Resilience(timetable: Timetable(scale: scale), resolver: try ServiceResolver())
        try await HTTPClient.withHTTPClient(configuration: BalancedClient.httpConfiguration) { client in
            try await Catalog(of: service, client).withServers(3) { servers in
                try await example.run(with: servers, client)
            }
        }
        await example.resolver.shutdown()
    }

    private static let service = "resilience"

    let timetable: Timetable
    let resolver: ServiceResolver

    func run(with servers: [WebServer], _ client: HTTPClient) async throws {
        print(timetable)
        for trouble in Trouble.allCases {
            print("\n\(trouble)\n\n\(Findings.heading)")
            for way in BalancingWay.all {
                // One service for each: a service keeps what it learns about endpoints.
                let service = resolver.service(ServiceRequest(Self.service), balancing: way.configuration)
                try await service.ready()
                let caller = BalancedClient(service: service, attempts: way.attempts, client: client)
                let samples = try await timetable.run(trouble, on: servers[0], caller)
                print(Findings(samples, inTrouble: servers[0].port).row(way.name))
            }
        }
    }
}
