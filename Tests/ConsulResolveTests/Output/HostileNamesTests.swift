// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Foundation
import TestSupport
import Testing

@testable import consul_resolve

/// Names, tags and messages that are made to mislead people at a terminal.
struct HostileNamesTests {
    /// Direction marks, characters without a width, and escape sequences in 7 and 8 bits.
    private static let trouble = "\u{202E}\u{200B}\u{2066}\u{AD}\u{1B}[31m\u{9B}2J\u{7}"

    private static let script: ScriptedHTTPServer.Script = { request in
        let instance = ServiceRegistration(
            "web",
            id: "id\(trouble)",
            address: "10.0.0.1",
            port: 80,
            tags: ["tag\(trouble)"],
            meta: ["key\(trouble)": "value\(trouble)"],
            checks: [.warning]
        )
        return switch request.path {
        case "/v1/health/service/web": [.reply(.health([HealthEntry(instance, node: "node\(trouble)")]))]
        case "/v1/health/service/broken": [.reply(.failure(500, "no\(trouble)"))]
        case "/v1/catalog/services": [.reply(.json(#"{"web\#(trouble.json)":["tag\#(trouble.json)"]}"#))]
        case "/v1/catalog/datacenters": [.reply(.json(#"["dc\#(trouble.json)"]"#))]
        case "/v1/status/leader": [.reply(.json(#""leader\#(trouble.json)""#))]
        default: [.reply(.failure(500, "no\(trouble)"))]
        }
    }

    @Test(
        arguments: [
            "lookup web", "lookup web --format json", "lookup web --format plain", "lookup web --verbose",
            "lookup broken",
            "lookup broken --verbose", "lookup broken --format json", "watch web --count 1",
            "watch web --count 1 --format json",
            "watch broken --count 1", "pick web --count 3", "pick web", "pick broken", "pick web --format json",
            "doctor web",
            "doctor web --format json", "doctor broken", "doctor wbe", "bench broken",
        ]
    )
    func `A hostile name is escaped in tables, plain lines, JSON and messages`(command: String) async throws {
        try await withScriptedHTTPServer(script: Self.script) { server in
            let flags = ["--via", "http", "--http-address", "127.0.0.1:\(server.port)", "--timeout", "2s"]
            let outcome = try await CommandLineTool.runOnTerminal(
                command.split(separator: " ").map(String.init) + flags,
                environment: ["TERM": "xterm"]
            )
            // The sequences that the program itself writes, and the end of a line.
            let text = outcome.output.replacing(#/\u{1B}\[(1m|0m|\d+A|J)/#, with: "").replacing("\r\n", with: "")
            #expect(!text.isEmpty)
            let unseen = text.unicodeScalars.filter(\.isUnseen)
            #expect(unseen.isEmpty, "\(text.debugDescription)")
        }
    }

    @Test func `A hostile name is unchanged for a reader that parses the JSON`() async throws {
        try await withScriptedHTTPServer(script: Self.script) { server in
            let flags = ["--via", "http", "--http-address", "127.0.0.1:\(server.port)", "--format", "json"]
            let json = try await CommandLineTool.run(["web"] + flags).json()
            let endpoint = try #require((json["endpoints"] as? [[String: Any]])?.first)
            #expect(endpoint["node"] as? String == "node\(Self.trouble)")
            #expect(endpoint["id"] as? String == "id\(Self.trouble)")
            #expect(endpoint["tags"] as? [String] == ["tag\(Self.trouble)"])
        }
    }

    @Test(
        arguments: [
            ["web", "extra\(trouble)"], ["web", "--wrong\(trouble)"], ["web", "--timeout", "5\(trouble)"],
            ["web", "--via", "x\(trouble)"], ["a\(trouble)", "--via", "dns"], ["web", "--dns-server", "\(trouble):1"],
            ["wacth\(trouble)", "web"], ["query", "web\(trouble)..", "--type", "A"],
            ["query", "web", "--type", trouble],
            ["web", "--http-address", "x://\(trouble)"], ["web", "--token-file", "/nowhere\(trouble)"],
        ]
    )
    func `A hostile name is escaped in the message about an invalid argument`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status != 0 && outcome.output.isEmpty && !outcome.errors.isEmpty)
        let text = outcome.errors.replacing("\n", with: "")
        let unseen = text.unicodeScalars.filter(\.isUnseen)
        #expect(unseen.isEmpty, "\(text.debugDescription)")
    }
}

extension String {
    /// The text within a JSON string.
    fileprivate var json: String {
        unicodeScalars.map {
            $0.value < 0x20 ? "\\u00\($0.value < 16 ? "0" : "")\(String($0.value, radix: 16))" : String($0)
        }
        .joined()
    }
}
