// SPDX-License-Identifier: Apache-2.0

import Testing

struct MistypedSubcommandTests {
    @Test(
        arguments: [
            ("wacth web", "watch"), ("wathc --count 3 web", "watch"), ("Watch web", "watch"), ("lokup web", "lookup"),
            ("pikc web --policy random", "pick"), ("qury web.service.consul --type A", "query"),
            ("exce web -- env", "exec"), ("docter --via dns --format text", "doctor"),
            ("bnech web --queries 5", "bench"),
            ("watcher web", "watch"),
        ]
    )
    func `A mistyped subcommand is suggested when the arguments are no valid lookup`(arguments: String, meant: String)
        async throws
    {
        let arguments = arguments.split(separator: " ").map(String.init)
        let outcome = try await CommandLineTool.run(arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("Error: \"\(arguments[0])\" is not a subcommand; did you mean \(meant)?"))
    }

    @Test(
        arguments: [
            ("wacth", 3, "cannot look up wacth"), ("docter --format json", 3, "cannot look up docter"),
            ("watcher --timeout 5", 64, "'5' is invalid for '--timeout"), ("watcher --wrong", 64, "--wrong"),
            ("web other", 3, "cannot look up other"), ("watch", 64, "name"),
            ("env-web db", 3, "cannot look up env-web"),
            ("lookup wacth web", 3, "cannot look up wacth"),
        ]
    )
    func `A word is a service name where the arguments are a lookup, or are invalid for another reason`(
        arguments: String,
        status: Int32,
        reason: String
    ) async throws {
        let outcome = try await CommandLineTool.run(arguments.split(separator: " ").map(String.init))
        #expect(outcome.status == status)
        #expect(outcome.errors.contains(reason))
        #expect(!outcome.errors.contains("is not a subcommand"))
    }
}
