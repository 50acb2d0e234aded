// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

struct PipeTests {
    @Test(arguments: ["json", "plain", "table"])
    func `Output to a pipe that is closed early causes no message`(format: String) async throws {
        let http = try await TestService.http().joined(separator: " ")
        let outcome = try await CommandLineTool.shell(
            "$TOOL cli-large --via http --format \(format) \(http) | head -c 1"
        )
        #expect(outcome.output.count == 1)
        #expect(outcome.errors.isEmpty)
    }

    @Test
    func `Output to a closed pipe with SIGPIPE ignored causes no message, and a failure status`() async throws {
        let http = try await TestService.http().joined(separator: " ")
        let line = "trap '' PIPE; $TOOL cli-large --via http --format json \(http) | head -c 1; echo ${PIPESTATUS[0]}"
        let outcome = try await CommandLineTool.shell(line)
        #expect(outcome.output == "{1\n")
        #expect(outcome.errors.isEmpty)
    }

    @Test func `Output to a full device is a failure`() async throws {
        let server = try await TestService.server().joined(separator: " ")
        let outcome = try await CommandLineTool.shell("$TOOL cli-web \(server) > /dev/full")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "consul-resolve: cannot write the result: no space left on device\n")
    }

    @Test(arguments: [SIGINT, SIGTERM])
    func `Output that blocks does not keep a command from ending at the first signal`(number: Int32) async throws {
        let flags = try await ["--count", "100000000", "--format", "plain", "--timeout", "20s"] + TestService.server()
        try await RunningTool.with(["pick", "cli-web"] + flags, isRead: false) { tool in
            try await tool.waitUntilBlocked()
            tool.signal(number)
            #expect(try await tool.end() == number)
        }
        let large = try await ["cli-huge", "--format", "json", "--timeout", "20s"] + TestService.http()
        try await RunningTool.with(["lookup", "--via", "http"] + large, isRead: false) { tool in
            try await tool.waitUntilBlocked()
            tool.signal(number)
            #expect(try await tool.end() == number)
        }
    }

    @Test(
        arguments: ["cli-web", "cli-web --format json", "--help", "--version"]
    )
    func `Output to a closed descriptor is a failure`(arguments: String) async throws {
        let server = arguments.hasPrefix("-") ? "" : try await TestService.server().joined(separator: " ")
        let outcome = try await CommandLineTool.shell("$TOOL \(arguments) \(server) >&-")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "consul-resolve: cannot write the result: bad file descriptor\n")
    }

    @Test
    func `Output is complete although another process made the pipe non-blocking`() async throws {
        let http = try await TestService.http().joined(separator: " ")
        let change = "perl -MFcntl -e 'fcntl(STDOUT, F_SETFL, O_WRONLY | O_NONBLOCK)'"
        let line = "{ \(change); $TOOL cli-huge --via http --format json \(http); echo $? >&2; } | (sleep 0.2; wc -c)"
        let outcome = try await CommandLineTool.shell(line)
        #expect(outcome.errors == "0\n")
        #expect(try #require(Int(outcome.output.trimmingCharacters(in: .whitespacesAndNewlines))) > 65_536)
    }
}
