// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import LoadBalancing
import Testing

@testable import ConsulResolver

struct ServiceURLTests {
    private static let endpoint = Endpoint(host: .address(.v4(.loopback)), port: 8080)

    @Test(
        arguments: [
            ("http://web/", "web", "http://127.0.0.1:8080/"),
            ("http://web", "web", "http://127.0.0.1:8080"),
            ("https://web:8443/a/b?c=http://d#e", "web:8443", "https://127.0.0.1:8080/a/b?c=http://d#e"),
            ("HTTP://my_web.service.consul?x=1", "my_web.service.consul", "http://127.0.0.1:8080?x=1"),
            ("http://user:secret@web:81/", "web:81", "http://127.0.0.1:8080/"),
            ("http://web:/", "web", "http://127.0.0.1:8080/"),
            ("http://[::1]:81/", "[::1]:81", "http://127.0.0.1:8080/"),
            ("http://[::1]/", "[::1]", "http://127.0.0.1:8080/"),
        ]
    )
    func `An endpoint replaces the host and the port, and nothing else`(
        text: String,
        authority: String,
        expected: String
    ) throws {
        let url = try ServiceURL(text)
        #expect(url.authority == authority)
        #expect(url.url(at: Self.endpoint) == expected)
    }

    @Test func `An endpoint without a port is used at the port of the URL`() throws {
        let endpoint = Endpoint(host: .address(.v6(.loopback)), port: 0)
        #expect(try ServiceURL("http://web:81/a").url(at: endpoint) == "http://[::1]:81/a")
        #expect(try ServiceURL("http://web/a").url(at: endpoint) == "http://[::1]/a")
        #expect(
            try ServiceURL("http://web/a").url(at: Endpoint(host: .name("db.example"), port: 1))
                == "http://db.example:1/a"
        )
    }

    @Test func `A URL that is not one of HTTP is refused with an error of AsyncHTTPClient`() {
        #expect(throws: HTTPClientError.emptyScheme) { try ServiceURL("web/path") }
        #expect(throws: HTTPClientError.emptyScheme) { try ServiceURL("") }
        #expect(throws: HTTPClientError.unsupportedScheme("unix")) { try ServiceURL("unix://path") }
        #expect(throws: HTTPClientError.emptyHost) { try ServiceURL("http:///path") }
        #expect(throws: HTTPClientError.emptyHost) { try ServiceURL("http://:80/path") }
        #expect(throws: HTTPClientError.emptyHost) { try ServiceURL("http://user@/") }
    }
}
