// SPDX-License-Identifier: Apache-2.0

import Testing

@Suite("Output that cannot be delivered")
struct PipeTests {
    @Test("makes no noise when a pipe is closed early", arguments: ["json", "plain", "table"])
    func closedPipe(format: String) async throws {
        let http = try await TestService.http().joined(separator: " ")
        let outcome = try await CommandLineTool.shell(
            "$TOOL cli-large --via http --format \(format) \(http) | head -c 1"
        )
        #expect(outcome.output.count == 1)
        #expect(outcome.errors.isEmpty)
    }

    @Test("makes no noise either where the signal is ignored, and does not count as success")
    func closedPipeWithoutSignal() async throws {
        let http = try await TestService.http().joined(separator: " ")
        let line = "trap '' PIPE; $TOOL cli-large --via http --format json \(http) | head -c 1; echo ${PIPESTATUS[0]}"
        let outcome = try await CommandLineTool.shell(line)
        #expect(outcome.output == "{1\n")
        #expect(outcome.errors.isEmpty)
    }

    @Test("is a failure when there is no room for it")
    func fullDisk() async throws {
        let server = try await TestService.server().joined(separator: " ")
        let outcome = try await CommandLineTool.shell("$TOOL cli-web \(server) > /dev/full")
        #expect(outcome.status == 1)
        #expect(outcome.errors == "consul-resolve: cannot write the result: no space left on device\n")
    }
}
