// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

@testable import consul_resolve

struct LookupTests {
    private func run(_ arguments: String...) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(arguments + TestService.server())
    }

    @Test(arguments: [[], ["lookup"]])
    func `Lookup is the default subcommand, and prints a table without escape codes`(subcommand: [String]) async throws
    {
        let outcome = try await CommandLineTool.run(subcommand + ["cli-web"] + TestService.server())
        #expect(outcome.status == 0)
        #expect(outcome.errors.isEmpty)
        #expect(outcome.lines.first == "ENDPOINT            NODE  PRIORITY  WEIGHT")
        #expect(
            outcome.lines.dropFirst().sorted() == [
                "10.1.0.1:80         -     1         7", "[2001:db8::1]:8080  n     1         1",
            ]
        )
    }

    @Test(
        arguments: [
            (["TERM": "xterm"], true), (["TERM": "xterm", "NO_COLOR": ""], true),
            (["TERM": "xterm", "NO_COLOR": "1"], false),
            (["TERM": "dumb"], false), ([:], false),
        ]
    )
    func `The heading of the table is bold on a terminal, unless NO_COLOR is set`(
        environment: [String: String],
        isColored: Bool
    ) async throws {
        let outcome = try await CommandLineTool.runOnTerminal(
            ["cli-web"] + TestService.server(),
            environment: environment
        )
        #expect(outcome.lines.first?.hasPrefix("\u{1B}[1mENDPOINT") == isColored)
        #expect(outcome.output.contains("\u{1B}") == isColored)
        #expect(outcome.lines.count == 3)
    }

    @Test
    func `The plain format prints one address and port a line, and no heading`() async throws {
        let outcome = try await run("cli-web", "--format", "plain")
        #expect(outcome.lines.sorted() == ["10.1.0.1:80", "[2001:db8::1]:8080"])
        #expect(outcome.errors.isEmpty)
        #expect(outcome.status == 0)
    }

    @Test func `A lookup prints the agreed JSON for endpoints`() async throws {
        let outcome = try await run("cli-web", "--tag", "v1", "--datacenter", "dc1", "--format", "json")
        let json = try outcome.json()
        #expect(
            Set(json.keys) == [
                "query", "outcome", "reason", "source", "complete", "stale", "ttlSeconds", "elapsedMilliseconds",
                "endpoints", "error", "unusable",
            ]
        )
        #expect(json["query"] as? [String: String] == ["service": "cli-web", "tag": "v1", "datacenter": "dc1"])
        #expect(json["outcome"] as? String == "endpoints")
        #expect(json["reason"] is NSNull && json["error"] is NSNull)
        #expect(json["source"] as? String == "dns-udp")
        #expect(json["complete"] as? Bool == true && json["stale"] as? Bool == false)
        #expect(json["ttlSeconds"] as? Int == 0)
        #expect(json["elapsedMilliseconds"] is Double)
        let endpoints = try #require(json["endpoints"] as? [[String: Any]])
        let endpoint = try #require(endpoints.first)
        #expect(endpoints.count == 1)
        #expect(
            Set(endpoint.keys) == ["address", "port", "priority", "weight", "node", "id", "tags", "status"]
        )
        #expect(endpoint["address"] as? String == "10.1.0.1")
        #expect([endpoint["port"], endpoint["priority"], endpoint["weight"]] as? [Int] == [80, 1, 7])
        // Values that DNS does not carry are null.
        #expect(["node", "id", "tags", "status"].allSatisfy { endpoint[$0] is NSNull })
        #expect(outcome.output.hasPrefix("{\"query\":{\"service\":\"cli-web\",\"tag\":\"v1\","))
    }

    @Test(arguments: ["cli-ill", "cli-unheard-of"])
    func `A lookup exits with 2 when no instance is healthy`(name: String) async throws {
        let plain = try await run(name, "--format", "plain")
        let table = try await run(name)
        for outcome in [plain, table] {
            #expect(outcome.status == 2)
            #expect(outcome.output.isEmpty)
            #expect(outcome.errors == "consul-resolve: Consul knows no healthy instance of \(name)\n")
        }
        let outcome = try await run(name, "--format", "json")
        let json = try outcome.json()
        #expect(outcome.status == 2)
        #expect(json["outcome"] as? String == "empty")
        #expect(json["reason"] is NSNull && json["error"] is NSNull)
        #expect(json["complete"] as? Bool == true)
        #expect((json["endpoints"] as? [Any])?.isEmpty == true)
        #expect((json["query"] as? [String: Any])?["tag"] is NSNull)
    }

    @Test func `A lookup exits with 3 when no server answers, and names the servers`() async throws {
        try await withScriptedDNSServer(script: { _ in [] }) { server in
            await server.stop()
            let arguments = ["web", "--tag", "v1", "--dns-server", "127.0.0.1:\(server.port)", "--format"]
            let plain = try await CommandLineTool.run(arguments + ["plain"])
            #expect(plain.status == 3)
            #expect(plain.output.isEmpty)
            #expect(plain.errors.hasPrefix("consul-resolve: cannot look up web with tag v1: 127.0.0.1:"))
            let outcome = try await CommandLineTool.run(arguments + ["json"])
            let json = try outcome.json()
            #expect(outcome.status == 3)
            #expect(json["outcome"] as? String == "unknown")
            #expect(json["complete"] as? Bool == false)
            #expect((json["error"] as? String)?.contains("over TCP: connection refused") == true)
        }
    }

    @Test
    func `The servers come from the flags, else from the environment`() async throws {
        let server = try await TestService.server()
        let right = try await CommandLineTool.run(["cli-web"], environment: ["CONSUL_DNS_ADDR": server[1]])
        #expect(right.status == 0)
        let overridden = try await CommandLineTool.run(
            ["cli-web"] + server,
            environment: ["CONSUL_DNS_ADDR": "nonsense:"]
        )
        #expect(overridden.status == 0)
        let nonsense = try await CommandLineTool.run(["cli-web"], environment: ["CONSUL_DNS_ADDR": "nonsense:"])
        #expect(nonsense.status == 64)
        #expect(nonsense.errors.contains("CONSUL_DNS_ADDR"))
    }

    @Test(
        arguments: [
            ["lookup", "cli-web", "--via", "dns"], ["watch", "cli-web", "--via", "dns", "--count", "1"],
            ["pick", "cli-web", "--via", "dns"], ["doctor", "cli-web", "--via", "dns"],
            ["bench", "cli-web", "--queries", "1"],
            ["query", "cli-web.service.consul"],
        ]
    )
    func `A lookup over DNS ignores the variables of the HTTP API`(arguments: [String]) async throws {
        let nonsense = [
            "CONSUL_HTTP_ADDR": "nonsense://", "CONSUL_HTTP_SSL": "perhaps", "CONSUL_HTTP_SSL_VERIFY": "perhaps",
            "CONSUL_CACERT": "/nowhere", "CONSUL_CLIENT_KEY": "/nowhere", "CONSUL_HTTP_TOKEN_FILE": "/nowhere",
            "CONSUL_HTTP_AUTH": ":", "CONSUL_TLS_SERVER_NAME": "a b",
        ]
        let outcome = try await CommandLineTool.run(arguments + TestService.server(), environment: nonsense)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let execution = try await CommandLineTool.run(
            ["exec", "cli-web", "--via", "dns"] + TestService.server() + ["--", "true"],
            environment: nonsense
        )
        #expect(execution.status == 0 && execution.errors.isEmpty)
    }

    @Test func `A lookup tries several servers in turn`() async throws {
        let outcome = try await CommandLineTool.run(
            ["cli-web", "--dns-server", "127.0.0.1:1"] + TestService.server()
        )
        #expect(outcome.status == 0)
    }

    @Test(
        arguments: ["table", "plain", "json"]
    )
    func `A verbose lookup prints the origin of the answer on standard error`(format: String) async throws {
        let outcome = try await run("cli-web", "--verbose", "--format", format)
        let quiet = try await run("cli-web", "--format", format)
        #expect(outcome.status == 0)
        #expect(outcome.lines.count == quiet.lines.count)
        let server = try await TestService.server()[1]
        let words = outcome.errors.split(separator: "\n").map(String.init)
        #expect(words.allSatisfy { $0.hasPrefix("consul-resolve: ") })
        #expect(words[0].hasPrefix("consul-resolve: over dns-udp of \(server) in "))
        #expect(words[0].hasSuffix(" ms: complete, TTL 0 s"))
        #expect(words.contains("consul-resolve: dns-udp: 1 answered"))
        #expect(words.contains { $0.hasPrefix("consul-resolve: \(server): 1 answered; round trip ") })
    }

    @Test func `A verbose lookup names the servers that failed, and keeps its exit status`() async throws {
        let nobody = try await CommandLineTool.run(["web", "--verbose"])
        #expect(nobody.status == 3 && nobody.output.isEmpty)
        #expect(nobody.errors.contains("consul-resolve: dns-tcp: 1 without a connection"))
        let empty = try await run("cli-unheard-of", "--verbose")
        #expect(empty.status == 2 && empty.output.isEmpty)
        #expect(empty.errors.contains(": nothing healthy, TTL 0 s\n"))
    }

    // MARK: Several services

    @Test func `A lookup of several services prints them in the order of their names`() async throws {
        let plain = try await run("cli-alone", "cli-web", "--tag", "v1", "--format", "plain")
        #expect(plain.status == 2 && plain.output == "10.1.0.1:80\n")
        let table = try await run("lookup", "cli-web", "cli-alone")
        #expect(table.status == 0 && table.errors.isEmpty)
        #expect(table.lines.first?.split(separator: " ").first == "SERVICE")
        #expect(table.lines.dropFirst().map { $0.split(separator: " ")[0] } == ["cli-web", "cli-web", "cli-alone"])
        let json = try await run("cli-web", "cli-unheard-of", "cli-alone", "--format", "json")
        let documents = try json.lines.map { line in
            try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
        }
        let names = documents.map { ($0["query"] as? [String: Any])?["service"] as? String }
        #expect(names == ["cli-web", "cli-unheard-of", "cli-alone"])
        #expect(documents.map { $0["outcome"] as? String } == ["endpoints", "empty", "endpoints"])
        #expect(json.status == 2)
        #expect(json.errors == "consul-resolve: Consul knows no healthy instance of cli-unheard-of\n")
    }

    @Test func `A lookup of many services keeps their order`() async throws {
        let names = (0..<100).map { $0 == 60 ? "cli-alone" : "cli-unheard-of-\($0)" }
        let outcome = try await CommandLineTool.run(names + ["--timeout", "30s"] + TestService.server())
        #expect(outcome.status == 2 && outcome.lines.count == 2)
        let missing = outcome.errors.split(separator: "\n").map { $0.split(separator: " ").last.map(String.init) }
        #expect(missing == names.filter { $0 != "cli-alone" })
    }

    @Test func `The status of several lookups is the worst one`() async throws {
        // A name that DNS cannot carry is asked over HTTP alone, and no agent is there.
        let outcome = try await run("a.b", "cli-unheard-of", "cli-web", "--format", "plain")
        #expect(outcome.status == 3 && outcome.lines.count == 2)
        #expect(outcome.errors.contains("cannot look up a.b") && outcome.errors.contains("instance of cli-unheard-of"))
    }

    // MARK: Templates

    @Test func `A template is rendered for each service`() async throws {
        let template = "{{query.service}}:{{#endpoints}} {{address}}{{/endpoints}}{{^endpoints}} none{{/endpoints}}"
        let outcome = try await run("cli-alone", "cli-ill", "--template", template)
        #expect(outcome.status == 2)
        #expect(outcome.output == "cli-alone: 10.200.0.1\ncli-ill: none\n")
        let nothing = try await run("cli-ill", "--template", "{{#endpoints}}{{address}}{{/endpoints}}")
        #expect(nothing.status == 2 && nothing.output.isEmpty)
        let pick = try await run("pick", "cli-alone", "--template", "{{#endpoints}}{{address}}\n{{/endpoints}}")
        #expect(pick.status == 0 && pick.output == "10.200.0.1\n")
        let watch = try await run(
            "watch",
            "cli-alone",
            "--via",
            "dns",
            "--count",
            "1",
            "--template",
            "{{outcome}} {{source}}"
        )
        #expect(watch.status == 0 && watch.output == "endpoints dns-udp\n")
    }

    // MARK: Suggestions

    @Test func `A name that does not exist is followed by similar ones on a terminal alone`() async throws {
        let sources = try await TestService.server() + TestService.http()
        let environment = ["TERM": "dumb"]
        let hint = "consul-resolve: did you mean cli-alone?"
        let shown = try await CommandLineTool.runOnTerminal(["cli-alnoe"] + sources, environment: environment)
        #expect(shown.status == 2 && shown.lines.contains(hint), "\(shown.output)")
        let piped = try await CommandLineTool.run(["cli-alnoe"] + sources)
        #expect(piped.status == 2 && !piped.errors.contains("did you mean"))
        // Over DNS alone, HTTP is not asked; and a service without healthy instances exists.
        for arguments in [["cli-alnoe", "--via", "dns"], ["cli-ill"], ["cli-nothing-like-it"]] {
            let other = try await CommandLineTool.runOnTerminal(arguments + sources, environment: environment)
            #expect(other.status == 2 && !other.output.contains("did you mean"), "\(other.output)")
        }
    }

    @Test func `A lookup reports that there may be more instances`() async throws {
        let outcome = try await run("cli-huge", "--format", "plain")
        #expect(outcome.status == 0)
        #expect((900..<1024).contains(outcome.lines.count))
        #expect(outcome.errors == "consul-resolve: there may be more instances than these \(outcome.lines.count)\n")
    }

    @Test(
        arguments: [
            (["a.b", "--via", "dns"], "contains a dot"), (["a b", "--via", "dns"], "contains a space"),
            (["ü", "--via", "dns"], "is not ASCII"), ([""], "is empty"), (["", "--via", "http"], "is empty"),
            ([String(repeating: "s", count: 64), "--via", "dns"], "longer than a DNS label"),
            (["web", "--tag", "a..b", "--via", "dns"], "tag \"a..b\""), (["web", "--tag", ""], "is empty"),
            (["web", "--datacenter", "node", "--via", "dns"], "keyword"),
            (["web", "--tag", "v1", "--tag", "v2"], "--tag can be used once"),
            (["web", "--timeout", "2"], "ms, s or m, such as 500ms, 2s or 1m"),
            (["web", "--timeout", "2"], "mean 2s?"),
            (["web", "--timeout", "2h"], "at most 1440m"),
            (["web", "--timeout", "0s"], "--timeout"), (["web", "--timeout", "-1s"], "--timeout"),
            (["web", "--timeout", "0x1s"], "--timeout"), (["web", "--dns-server", "::1"], "brackets"),
            (["web", "--dns-server", "127.0.0.1:0"], "not a port"), (["web", "--format", "xml"], "--format"),
            (["web", "--via", "pigeon"], "--via"), (["web", "--http-address", "ftp://127.0.0.1"], "--http-address"),
            (["web", "--http-address", "http://u:secret@127.0.0.1"], "--http-address"),
            (["web", "--token-file", ""], "--token-file"), (["web", "a b", "--via", "dns"], "a b"), ([], "name"),
            (["web", "--template", "{{#a}}"], "does not end"),
            (["web", "--template", "a", "--format", "json"], "--template replaces"),
            (["web", "--wrong"], "--wrong"),
        ]
    )
    func `A lookup rejects invalid arguments with status 64, a reason, and no output`(
        arguments: [String],
        reason: String
    ) async throws {
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(reason))
        #expect(!outcome.errors.contains("secret"))
    }

    @Test(arguments: [["--version"], ["lookup", "--version"], ["watch", "--version"]])
    func `The program prints its version`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        #expect(outcome.output == "\(ConsulResolve.currentVersion)\n")
    }

    @Test(
        arguments: [
            ["--help"], ["lookup", "--help"], ["query", "--help"], ["bench", "--help"], ["watch", "--help"],
            ["doctor", "--help"], ["pick", "--help"], ["exec", "--help"],
        ]
    )
    func `The program prints its help`(arguments: [String]) async throws {
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 0)
        #expect(outcome.output.contains("USAGE: consul-resolve"))
        #expect(outcome.errors.isEmpty)
    }
}
