// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import ExampleServers

/// An HTTP client of three servers, one of which is killed under load: 500 requests a second, and none of them fails.
///
/// The agent is the one on this machine, or that of `CONSUL_DNS_ADDR` and `CONSUL_HTTP_ADDR`. The servers are registered
/// without a check, so Consul never notices the death: only the results of requests reveal it.
@main
struct FailoverClient {
    /// Takes one optional argument, the number of requests a second. A debug build may need fewer than 500.
    static func main() async throws {
        let rate = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 500
        let resolver = try ServiceResolver()
        let service = resolver.service("failover")
        // These settings let failures of endpoints reach the balancer at once.
        try await HTTPClient.withHTTPClient(configuration: .forServices()) { client in
            try await Catalog(of: "failover", client).withServers(3) { servers in
                try await service.ready()
                let caller = Caller(service: service, client: client)
                let load = Load(requestsPerSecond: max(rate, 1))
                print(load)
                let samples = await load.run(caller) { await servers[0].stop() }
                print(Report(samples, of: load, retries: caller.retries))
            }
        }
        await resolver.shutdown()
    }
}
