// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `consul-resolve kv` against real agents.
struct KeyValueCommandTests {
    @Test(arguments: [AgentDress.plain, .v1_22])
    func `kv writes a value and prints the same bytes`(dress: AgentDress) async throws {
        let http = try await TestService.http(dress)
        #expect(try await CommandLineTool.run(["kv", "put", "cli/kv/\(dress)", "one two"] + http).status == 0)
        let got = try await CommandLineTool.run(["kv", "get", "cli/kv/\(dress)"] + http)
        #expect(got.status == 0 && got.output == "one two")
        let json = try await CommandLineTool.run(["kv", "get", "cli/kv/\(dress)", "--format", "json"] + http).json()
        #expect(json["key"] as? String == "cli/kv/\(dress)")
        #expect(json["value"] as? String == "one two")
        #expect(json["valueBase64"] as? String == "b25lIHR3bw==")
        #expect(json["flags"] as? Int == 0 && json["lockIndex"] as? Int == 0)
        #expect(json["session"] is NSNull)
        #expect(json["createIndex"] as? Int == json["modifyIndex"] as? Int)
    }

    @Test func `kv reads a value with any bytes from standard input`() async throws {
        let address = try await TestService.http()[1]
        let line =
            "printf 'a\\0b' | $TOOL kv put cli/kv/bytes - --http-address \(address) && "
            + "$TOOL kv get cli/kv/bytes --http-address \(address) | od -An -c"
        let outcome = try await CommandLineTool.shell(line)
        #expect(outcome.output.split(separator: " ").map { $0.filter { !$0.isWhitespace } } == ["a", "\\0", "b"])
    }

    @Test func `kv reports a missing key and a lost check-and-set with status 2`() async throws {
        let http = try await TestService.http()
        let missing = try await CommandLineTool.run(["kv", "get", "cli/kv/missing"] + http)
        #expect(missing.status == 2 && missing.output.isEmpty && missing.errors.contains("does not exist"))
        #expect(try await CommandLineTool.run(["kv", "put", "cli/kv/cas", "1", "--cas", "0"] + http).status == 0)
        let lost = try await CommandLineTool.run(["kv", "put", "cli/kv/cas", "2", "--cas", "0"] + http)
        #expect(lost.status == 2 && lost.errors.contains("read it again"))
        #expect(try await CommandLineTool.run(["kv", "delete", "cli/kv/cas", "--cas", "1"] + http).status == 2)
        #expect(try await CommandLineTool.run(["kv", "get", "cli/kv/cas"] + http).output == "1")
    }

    @Test func `kv lists entries and keys, and deletes all under a prefix`() async throws {
        let http = try await TestService.http()
        for name in ["a", "b"] {
            #expect(try await CommandLineTool.run(["kv", "put", "cli/list/\(name)", name] + http).status == 0)
        }
        let plain = try await CommandLineTool.run(["kv", "list", "cli/list/"] + http)
        #expect(plain.lines == ["cli/list/a\ta", "cli/list/b\tb"])
        let keys = try await CommandLineTool.run(["kv", "list", "cli/list/", "--keys", "--format", "json"] + http)
        #expect(keys.output == "[\"cli/list/a\",\"cli/list/b\"]\n")
        #expect(try await CommandLineTool.run(["kv", "delete", "cli/list/", "--recurse"] + http).status == 0)
        let empty = try await CommandLineTool.run(["kv", "list", "cli/list/", "--format", "json"] + http)
        #expect(empty.status == 2 && empty.output == "[]\n")
    }

    @Test(arguments: [
        ["kv", "get", "/leading"], ["kv", "put", "a//b", "x"], ["kv", "delete", "x", "--recurse", "--cas", "1"],
    ])
    func `kv refuses arguments that Consul cannot accept`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(arguments + TestService.http())
        #expect(outcome.status == 64, "\(outcome.errors)")
    }

    @Test(arguments: [["kv", "get", "a"], ["kv", "list", "a"], ["event", "fire", "a"], ["lock", "a", "--status"]])
    func `A command that cannot ask Consul ends with status 3`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 3 && outcome.errors.contains("cannot query Consul"), "\(outcome.errors)")
    }
}
