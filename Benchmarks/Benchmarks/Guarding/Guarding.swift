// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// Measures the cost of guarding datagrams against forged answers: `Guarding PORT [ROUNDS [QUERIES]]`.
///
/// The same responder is queried in turns at 127.0.0.1, which is exempt from the guard, and at 0.0.0.0, which leads to
/// the same socket and is not. The output has the medians, and the median of the rounds' ratios.
@main
struct Guarding {
    static func main() async throws {
        let arguments = CommandLine.arguments.dropFirst().compactMap { Int($0) }
        guard let port = arguments.first else { return print("usage: Guarding PORT [ROUNDS [QUERIES]]") }
        let rounds = arguments.count > 1 ? arguments[1] : 7
        let queries = arguments.count > 2 ? arguments[2] : 40_000
        for inFlight in [1, 64] {
            var exempt: [Double] = []
            var guarded: [Double] = []
            for _ in 0..<rounds {
                let count = inFlight == 1 ? queries / 4 : queries
                exempt.append(try await rate(of: count, inFlight: inFlight, address: .loopback, port: port))
                guarded.append(try await rate(of: count, inFlight: inFlight, address: .unspecified, port: port))
            }
            let ratios = zip(guarded, exempt).map { $0 / $1 }
            print(
                "\(inFlight) in flight: exempt \(Int(median(exempt))) queries a second,",
                "guarded \(Int(median(guarded))), ratio \((median(ratios) * 100).rounded() / 100)"
            )
        }
    }

    static func median(_ figures: [Double]) -> Double { figures.sorted()[figures.count / 2] }

    static func rate(of count: Int, inFlight: Int, address: IPv4Address, port: Int) async throws -> Double {
        var configuration = DNSClient.Configuration()
        configuration.coalescesQueries = false
        let client = try DNSClient(configuration: configuration)
        let server = Nameserver(address: .v4(address), port: UInt16(port))
        let query = DNSQuery(
            Question(name: try DomainName("web.service.consul"), type: .srv),
            ednsPayloadSize: DNSQuery.maximumPayloadSize
        )
        let start = ContinuousClock.now
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<inFlight {
                group.addTask {
                    for _ in 0..<(count / inFlight) {
                        _ = try await client.query(query, server: server, transport: .udp, timeout: .seconds(10))
                    }
                }
            }
            try await group.waitForAll()
        }
        let elapsed = (ContinuousClock.now - start) / .seconds(1)
        await client.shutdown()
        return Double(count) / elapsed
    }
}
