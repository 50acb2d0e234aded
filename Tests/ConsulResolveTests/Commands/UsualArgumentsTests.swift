// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import TestSupport
import Testing

@testable import consul_resolve

/// Arguments that are read without the argument parser.
struct UsualArgumentsTests {
    /// A command with all its values as text.
    private static func text(_ command: any ParsableCommand) -> String {
        var text = ""
        dump(command, to: &text)
        return text
    }

    private static let usual = [
        "web", "web --format plain", "lookup web --format json", "lookup lookup", "web --tag v2 --via http",
        "web --datacenter dc2 --dns-server 127.0.0.1:1 --dns-server [::1] --timeout 500ms --verbose",
        "lookup web db cache --port-name admin", "web --http-address https://a:1 --token-file t --via dns",
        "web --failover-datacenter dc2 --failover-datacenter dc3 --template {{outcome}}", "pick web",
        "pick web --policy hashed --key 7 --count 10 --format table", "pick --policy random web --template {{error}}",
        "exec web -- true", "exec --tag a web --policy pickFirst -- sh -c --verbose -- -x", "exec web -- --",
    ]

    @Test(arguments: usual)
    func `Usual arguments are read as by the argument parser`(arguments: String) async throws {
        let words = arguments.split(separator: " ").map(String.init)
        let command = try #require(UsualArguments.command(words))
        let parsed = try await ConsulResolve.asyncParseAsRoot(words)
        #expect(Self.text(command) == Self.text(parsed))
        #expect(!Self.text(command).contains("definition"))
    }

    @Test(
        arguments: [
            "", "watch", "watch web", "help", "help lookup", "lookup", "--help", "web --help", "lookup -h", "--version",
            "web --format", "web --format xml", "web --format=plain", "web --tag a --tag b", "web --timeout 2",
            "web --timeout 1s --timeout 2s", "web --dns-server ::1", "web --wrong x", "web --tag --verbose", "-- web",
            "web --verbose --verbose", "web -- db", "wacth web", "pick", "pick web db", "pick web --verbose",
            "pick web --count 0", "pick web --key 1", "pick web -- a", "exec web", "exec -- true", "exec web true",
            "exec web --format plain -- true", "web --template {{#a}}", "web --template a --format json",
            "web --failover-datacenter dc2 --failover-datacenter DC2", "--generate-completion-script bash", "event web",
        ]
    )
    func `Other arguments are left to the argument parser`(arguments: String) {
        #expect(UsualArguments.command(arguments.split(separator: " ").map(String.init)) == nil)
    }

    @Test(arguments: 1...8)
    func `Arguments in any order are read as by the argument parser, or left to it`(seed: UInt64) async throws {
        var random = SeededGenerator(seed: seed)
        let words = [
            "web", "db", "lookup", "pick", "exec", "watch", "--", "-", "--tag", "v1", "--via", "dns", "http",
            "--format",
            "plain", "json", "--timeout", "2s", "--dns-server", "127.0.0.1", "--verbose", "--count", "3", "--policy",
            "random", "--key", "--datacenter", "dc1", "--template", "{{outcome}}", "--http-address", "--help", "",
            "true",
        ]
        var read = 0
        for _ in 0..<4000 where read < 12 {
            let first = ["web", "lookup", "pick", "exec"].randomElement(using: &random) ?? ""
            let rest = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                words.randomElement(using: &random) ?? ""
            }
            guard let command = UsualArguments.command([first] + rest) else { continue }
            read += 1
            let parsed = try await ConsulResolve.asyncParseAsRoot([first] + rest)
            #expect(Self.text(command) == Self.text(parsed), "\([first] + rest)")
        }
        #expect(read > 0)
    }
}
