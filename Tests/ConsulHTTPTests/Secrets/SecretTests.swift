// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct SecretTests {
    @Test func `A configuration shows no token and no password, however it is printed`() {
        var configuration = ConsulHTTPClient.Configuration()
        configuration.token = .value("hunter2")
        configuration.basicAuthentication = BasicCredentials(username: "user", password: "hunter3")
        var dumped = ""
        dump(configuration, to: &dumped)
        for text in ["\(configuration)", String(reflecting: configuration), dumped] {
            #expect(text.contains("user"))
            #expect(!text.contains("hunter"))
        }
    }

    @Test func `Only what can stand in a header field is sent in one`() {
        #expect(Secret("0123-abcd").isHeaderSafe)
        for text in ["a b", "a\r\nX: y", "ü", "a\u{7F}"] { #expect(!Secret(text).isHeaderSafe) }
    }
}
