// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct StandardDescriptorsTests {
    /// Runs a line of shell against a server that has one instance of every service.
    ///
    /// - Returns: The outcome of the line, and the number of messages that the server received.
    private func run(_ line: (_ flags: String) -> String) async throws -> (CommandLineTool.Outcome, messages: Int) {
        try await withScriptedDNSServer(script: { [.reply(.service(to: $0, count: 1))] }) { server in
            let outcome = try await CommandLineTool.shell(line("--via dns --dns-server 127.0.0.1:\(server.port)"))
            return (outcome, server.queries.count)
        }
    }

    @Test(
        arguments: ["<&-", "2>&-", "<&- 2>&-"]
    )
    func `A process with closed descriptors prints as usual to the open ones`(closed: String) async throws {
        let (outcome, messages) = try await run { "$TOOL web --format plain \($0) \(closed)" }
        #expect(outcome.status == 0 && outcome.lines.count == 1 && outcome.errors.isEmpty)
        #expect(messages == 1)
    }

    @Test(
        arguments: ["lookup web", "lookup web --format json", "watch web --count 1", "pick web", "doctor web"],
        [">&-", "<&- >&-", ">&- 2>&-", "<&- >&- 2>&-"]
    )
    func `A process without standard output fails to write its result, and sends nothing to sockets`(
        command: String,
        closed: String
    ) async throws {
        let usual = try await run { "$TOOL \(command) \($0) >/dev/null" }
        let (outcome, messages) = try await run { "$TOOL \(command) \($0) \(closed)" }
        #expect(outcome.status == 1 && outcome.output.isEmpty)
        #expect(messages == usual.messages)
        let words = "consul-resolve: cannot write the result: bad file descriptor\n"
        #expect(outcome.errors == (closed.contains("2>&-") ? "" : words))
    }

    @Test func `A process without standard error sends no message to sockets`() async throws {
        let (outcome, messages) = try await run { "$TOOL web --verbose --format plain \($0) <&- 2>&-" }
        #expect(outcome.status == 0 && outcome.lines.count == 1)
        #expect(messages == 1)
    }

    @Test func `A command run by exec finds the closed descriptors closed`() async throws {
        let look = "sh -c 'for n in 0 1 2; do [ -e /proc/self/fd/$n ] && printf %s $n >&9; done'"
        let (outcome, _) = try await run { "exec 9>&1; $TOOL exec web \($0) -- \(look) <&- >&- 2>&-" }
        #expect(outcome.status == 1)
        #expect(outcome.output.isEmpty)
        let (open, _) = try await run { "exec 9>&1; $TOOL exec web \($0) -- \(look) 2>&-" }
        #expect(open.output == "01")
    }
}
