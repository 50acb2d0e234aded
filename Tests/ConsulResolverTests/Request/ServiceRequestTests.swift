// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct ServiceRequestTests {
    @Test
    func `A request is equal to one with its tags in another order or with a tag twice`() {
        let request = ServiceRequest("web", tags: ["v2", "canary"])
        #expect(request == ServiceRequest("web", tags: ["canary", "v2", "canary"]))
        #expect(request.tags == ["canary", "v2"])
        var changed = ServiceRequest("web")
        changed.tags = ["v2", "v2", "canary"]
        #expect(changed == request && changed.hashValue == request.hashValue)
        #expect(ServiceRequest("web", tags: ["v2", "v2"]).surplus == nil)
        #expect(request != ServiceRequest("web", tags: ["v2"]))
    }

    @Test func `A request with its tags in another order is answered from the cache`() async throws {
        try await withScriptedHTTPServer(script: OutcomeTable.HTTPState.answers.script) { http in
            try await withResolver(
                dns: 1,
                http: http.port,
                configure: {
                    $0.strategy = .http
                    $0.cache = .init()
                }
            ) { resolver in
                for tags in [["a", "b"], ["b", "a"]] {
                    _ = try await resolver.resolve(ServiceRequest("web", tags: tags))
                }
                #expect(http.requests.count == 1)
            }
        }
    }
}
