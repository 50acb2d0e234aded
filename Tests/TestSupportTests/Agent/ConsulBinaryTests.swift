// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

@Suite("The consul binary")
struct ConsulBinaryTests {
    @Test("is the one CONSUL_BIN names, before any on PATH")
    func chosen() throws {
        #expect(try ConsulBinary.locate(environment: ["CONSUL_BIN": "/bin/sh", "PATH": "/usr/bin"]) == "/bin/sh")
    }

    @Test(
        "is an error that says what to do when it is missing",
        arguments: [["PATH": "/nowhere"], ["CONSUL_BIN": "/nowhere/consul", "PATH": "/usr/bin"], [:]]
    )
    func missing(environment: [String: String]) throws {
        let error = #expect(throws: ConsulAgentError.self) { try ConsulBinary.locate(environment: environment) }
        #expect(error?.description.contains("scripts/setup") == true)
    }
}
