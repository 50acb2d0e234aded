// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct PreparedQueryResultTests {
    @Test func `An executed query is read with its instances`() throws {
        let result = try PreparedQueryResult(Samples.preparedQuery)
        #expect(result.service == "web")
        #expect(result.nodes.map(\.address) == ["10.0.0.7"])
        #expect(result.nodes.map(\.checks) == [[]])
        #expect(result.timeToLive == .seconds(10))
        #expect(result.datacenter == "dc2")
        #expect(result.failovers == 1)
    }

    @Test(arguments: [#"{"DNS":{"TTL":""}}"#, #"{"DNS":{"TTL":"soon"}}"#, #"{"DNS":{}}"#, #"{"DNS":null}"#, "{}"])
    func `A query need not say how long its answer may be kept`(body: String) throws {
        #expect(try PreparedQueryResult(body) == PreparedQueryResult())
    }
}
