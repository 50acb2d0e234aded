// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct PreparedQueryResultTests {
    @Test func `The result of a prepared query is decoded with its instances`() throws {
        let result = try PreparedQueryResult(Samples.preparedQuery)
        #expect(result.service == "web")
        #expect(result.nodes.map(\.address) == ["10.0.0.7"])
        #expect(result.nodes.map(\.checks) == [[]])
        #expect(result.timeToLive == .seconds(10))
        #expect(result.datacenter == "dc2")
        #expect(result.failovers == 1)
    }

    @Test(arguments: [#"{"DNS":{"TTL":""}}"#, #"{"DNS":{"TTL":"soon"}}"#, #"{"DNS":{}}"#, #"{"DNS":null}"#, "{}"])
    func `The result of a prepared query may have no TTL`(body: String) throws {
        #expect(try PreparedQueryResult(body) == PreparedQueryResult())
    }
}
