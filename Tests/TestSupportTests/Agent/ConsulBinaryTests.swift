// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import TestSupport

struct ConsulBinaryTests {
    @Test func `CONSUL_BIN takes precedence over a consul on PATH`() throws {
        #expect(try ConsulBinary.locate(environment: ["CONSUL_BIN": "/bin/sh", "PATH": "/usr/bin"]) == "/bin/sh")
    }

    @Test(
        arguments: [["PATH": "/nowhere"], ["CONSUL_BIN": "/nowhere/consul", "PATH": "/usr/bin"], [:]]
    )
    func `A missing consul binary is an error that says what to do`(environment: [String: String]) throws {
        let error = #expect(throws: ConsulAgentError.self) { try ConsulBinary.locate(environment: environment) }
        #expect(error?.description.contains("scripts/setup") == true)
    }
}
