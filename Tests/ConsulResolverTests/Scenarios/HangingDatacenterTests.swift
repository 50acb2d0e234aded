// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

/// A datacenter with hanging servers: the agent accepts queries about it over DNS and HTTP, and does not answer them.
struct HangingDatacenterTests {
    /// The factor by which a local lookup may be slower beside the hanging datacenter, on a machine where tests compete
    /// for the processor. If local queries waited for the distant ones, the factor would be some thousands.
    private static let allowance = 10.0

    @Test(arguments: ServiceResolver.Configuration.Strategy.allCases)
    func `A hanging datacenter does not delay local lookups`(
        strategy: ServiceResolver.Configuration.Strategy
    ) async throws {
        try await withAgent { dns, http in
            let configure: (inout ServiceResolver.Configuration) -> Void = { $0.strategy = strategy }
            try await withResolver(dns: dns.port, http: http.port, configure: configure) { resolver in
                let alone = try await medianOfLocalLookups(resolver)
                let distant = (0..<200).map { number in
                    Task {
                        while !Task.isCancelled {
                            let request = ServiceRequest("distant-\(number)", in: .datacenter("dc2"))
                            let resolution = try? await resolver.resolve(request, timeout: .seconds(1))
                            guard case .unknown = resolution?.outcome else { return resolution == nil }
                        }
                        return true
                    }
                }
                try await eventually("queries about the other datacenter") {
                    dns.queries.count { $0.isDistant } + http.requests.count { $0.isDistant } >= 4
                }
                let beside = try await medianOfLocalLookups(resolver)
                for task in distant { task.cancel() }
                for task in distant { #expect(await task.value) }
                #expect(beside < alone * Self.allowance, "\(alone) alone, \(beside) beside the other datacenter")
            }
        }
    }

    /// The median time of local lookups, each of which has to find the endpoint.
    private func medianOfLocalLookups(_ resolver: ServiceResolver) async throws -> Duration {
        var times: [Duration] = []
        for _ in 0..<101 {
            let start = Moment.now
            let resolution = try await resolver.resolve("web")
            times.append(start.duration(to: .now))
            #expect(resolution.endpoints.count == 1, "\(resolution.outcome)")
        }
        return times.sorted()[50]
    }

    private func withAgent(_ body: (ScriptedDNSServer, ScriptedHTTPServer) async throws -> Void) async throws {
        let dnsScript: ScriptedDNSServer.Script = { query in
            query.isDistant ? [] : [.reply(.service(to: query, count: 1).withEDNS(of: query))]
        }
        let httpScript: ScriptedHTTPServer.Script = { request in
            request.isDistant ? [] : [.reply(.health(HealthEntry.instances(of: "web", count: 1)))]
        }
        try await withScriptedDNSServer(script: dnsScript) { dns in
            try await withScriptedHTTPServer(script: httpScript) { http in try await body(dns, http) }
        }
    }
}

extension ScriptedQuery {
    fileprivate var isDistant: Bool { name.contains(".dc2.") }
}

extension ScriptedHTTPRequest {
    fileprivate var isDistant: Bool { target.contains("dc=dc2") }
}
