// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct RequestPathTests {
    @Test(arguments: [
        ("web", "/v1/x/web"), ("a/b", "/v1/x/a%2Fb"), ("a b", "/v1/x/a%20b"), ("ü?#%", "/v1/x/%C3%BC%3F%23%25"),
        ("A-z_0.~", "/v1/x/A-z_0.~"), ("a+b", "/v1/x/a%2Bb"),
    ])
    func `A name with any characters stays one segment of a path`(name: String, path: String) {
        #expect(RequestPath("/v1/x").appending(segment: name).description == path)
    }

    @Test func `A key in a path keeps its slashes`() {
        #expect(RequestPath("/v1/kv").appending(key: "a/b c/").description == "/v1/kv/a/b%20c/")
    }

    @Test func `Names and values in a query are encoded unambiguously`() {
        var query = RequestQuery()
        #expect(query.description == "")
        query.append("stale")
        query.append("tag", "a&b=c")
        query.append("tag", "d+e f")
        query.append("dc", ifPresent: nil)
        #expect(query.description == "?stale&tag=a%26b%3Dc&tag=d%2Be%20f")
    }
}
