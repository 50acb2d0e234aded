// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct ReadOptionsTests {
    private func query(of options: ReadOptions) -> String {
        var query = RequestQuery()
        options.append(to: &query)
        return query.description
    }

    @Test func `The default options add no parameters`() {
        #expect(query(of: ReadOptions()) == "")
    }

    // Q3
    @Test func `Every option is sent as a parameter (Q3)`() {
        var options = ReadOptions()
        options.consistency = .stale
        options.maxStale = .seconds(5)
        options.datacenter = "dc2"
        options.namespace = "team"
        options.partition = "east"
        options.filter = #"Service.Meta.version == "2""#
        options.near = "_agent"
        options.nodeMeta = ["zone": "b", "rack": "1"]
        options.cached = true
        #expect(
            query(of: options) == """
                ?stale&max_stale=5000ms&dc=dc2&ns=team&partition=east&filter=Service.Meta.version%20%3D%3D%20%222%22\
                &near=_agent&node-meta=rack%3A1&node-meta=zone%3Ab&cached
                """
        )
    }

    @Test func `The maximum staleness is sent only with stale reads`() {
        var options = ReadOptions()
        options.maxStale = .seconds(5)
        options.consistency = .consistent
        #expect(query(of: options) == "?consistent")
    }

    @Test func `The client's datacenter, namespace and partition apply to requests without their own`() {
        var configuration = ConsulHTTPClient.Configuration()
        configuration.datacenter = "dc1"
        configuration.namespace = "all"
        configuration.partition = "west"
        var options = ReadOptions()
        options.datacenter = "dc2"
        #expect(query(of: options.completed(by: configuration)) == "?dc=dc2&ns=all&partition=west")
    }

    @Test(
        arguments: [
            (.seconds(60), "60000ms"), (.milliseconds(1), "1ms"), (.microseconds(1), "1ms"), (.zero, "1ms"),
            (.seconds(-1), "1ms"), (.seconds(Int64.max), "8589934592s"),
        ] as [(Duration, String)]
    )
    func `A duration is never sent as zero, which means the default to Consul`(duration: Duration, text: String) {
        #expect(duration.goText == text)
    }
}
