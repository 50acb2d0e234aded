// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulResolver
import LoadBalancing
import NIOHTTP1
import Testing

struct ResponseOutcomeTests {
    @Test(arguments: [100, 200, 204, 301, 304, 399])
    func `A status below 400 is a success`(status: Int) {
        #expect(outcome(status) == .success)
    }

    @Test(arguments: [400, 401, 404, 409, 499, 501, 505])
    func `A status about the request does not count against the endpoint`(status: Int) {
        #expect(outcome(status) == .failure(.client))
    }

    @Test(arguments: [500, 502, 503, 504, 507, 599, 600])
    func `A server error counts against the endpoint`(status: Int) {
        #expect(outcome(status) == .failure(.server))
    }

    @Test func `An overload has the delay that the endpoint asks for`() {
        #expect(outcome(429) == .failure(.overload()))
        #expect(outcome(429, retryAfter: "7") == .failure(.overload(retryAfter: .seconds(7))))
        #expect(outcome(503, retryAfter: "7") == .failure(.overload(retryAfter: .seconds(7))))
        #expect(outcome(503, retryAfter: "Fri, 31 Dec 1999 23:59:59 GMT") == .failure(.overload()))
        #expect(outcome(503, retryAfter: "-1") == .failure(.overload()))
        #expect(outcome(500, retryAfter: "7") == .failure(.server))
    }

    private func outcome(_ status: Int, retryAfter: String? = nil) -> Outcome {
        var headers = HTTPHeaders()
        if let retryAfter { headers.add(name: "retry-after", value: retryAfter) }
        return .classifyingResponse(HTTPClientResponse(status: .init(statusCode: status), headers: headers))
    }
}
