// SPDX-License-Identifier: Apache-2.0

import Testing

struct OpenFileLimitTests {
    @Test(
        arguments: [
            "lookup cli-web", "lookup cli-web --via dns", "lookup cli-web --via http", "watch cli-web --count 1",
            "watch cli-web --via dns --count 1", "pick cli-web", "doctor cli-web", "bench cli-web --queries 1",
            "bench cli-web --queries 1 --via http", "query cli-web.service.consul", "exec cli-web",
        ]
    )
    func `A process with too few descriptors exits with a status and a reason, and never by a signal`(command: String)
        async throws
    {
        var flags = try await TestService.server()
        if !command.hasPrefix("query") { flags += try await TestService.http() }
        let tail = command.hasPrefix("exec") ? "-- true" : ""
        let run = #"sh -c 'ulimit -n '$limit'; exec "$0" "$@"' "$TOOL" \#(command) --timeout 1s"#
        let outcome = try await CommandLineTool.shell(
            """
            for limit in $(seq 4 32); do
                words=$(\(run) \(flags.joined(separator: " ")) \(tail) 2>&1 >/dev/null)
                echo "$limit $? ${#words}"
            done
            """
        )
        let runs = outcome.lines.map { $0.split(separator: " ").compactMap { Int($0) } }
        #expect(runs.count == 29)
        for run in runs {
            try #require(run.count == 3)
            #expect([0, 3].contains(run[1]), "with \(run[0]) open files")
            // `doctor` prints its findings on standard output.
            #expect(run[1] == 0 || run[2] > 0 || command.hasPrefix("doctor"), "with \(run[0]) open files")
        }
        // The standard descriptors only.
        #expect(runs.first?[1] == 3)
        // The HTTP API needs as many as there are processors.
        if command.contains("dns") || command.hasPrefix("query") { #expect(runs.last?[1] == 0) }
    }
}
