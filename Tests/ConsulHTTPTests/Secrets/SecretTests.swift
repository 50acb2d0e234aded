// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulHTTP

struct SecretTests {
    @Test func `A printed configuration shows neither the token nor the password`() {
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

    @Test func `An error contains no secret, even if the server quotes it in any of its forms`()
        async throws
    {
        let script: ScriptedHTTPServer.Script = { request in
            let words = ["Authorization", "X-Consul-Token"].compactMap { request.header($0) }.joined(separator: " ")
            return [.reply(.failure(500, "who is \(words) of user:hunter22"))]
        }
        try await withScriptedHTTPServer(script: script) { server in
            let configure: (inout ConsulHTTPClient.Configuration) -> Void = {
                $0.token = .value("token-of-mine")
                $0.basicAuthentication = BasicCredentials(username: "user", password: "hunter22")
                $0.retry.maximumAttempts = 1
            }
            try await withConsul(port: server.port, configure: configure) { client in
                let error = try #require(await #expect(throws: ConsulHTTPError.self) { try await client.read(.nodes) })
                var dumped = ""
                dump(error, to: &dumped)
                // The third is `user:hunter22` in Base64.
                for text in [error.message, String(reflecting: error), dumped] {
                    for secret in ["token-of-mine", "hunter22", "dXNlcjpodW50ZXIyMg=="] {
                        #expect(!text.contains(secret))
                    }
                }
                #expect(server.requests.first?.header("Authorization") == "Basic dXNlcjpodW50ZXIyMg==")
            }
        }
    }

    @Test func `A token with characters that are invalid in a header field is not sent`() {
        #expect(Secret("0123-abcd").isHeaderSafe)
        for text in ["a b", "a\r\nX: y", "ü", "a\u{7F}"] { #expect(!Secret(text).isHeaderSafe) }
    }
}
