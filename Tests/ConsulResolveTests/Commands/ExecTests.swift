// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport
import Testing

/// `consul-resolve exec`
struct ExecTests {
    private func exec(_ service: String..., command: [String]) async throws -> CommandLineTool.Outcome {
        try await CommandLineTool.run(
            ["exec"] + service + ["--timeout", "20s"] + TestService.server() + ["--"] + command
        )
    }

    /// Returns the arguments after `$TOOL` in a shell, for the service and the source.
    private func arguments(_ via: String) async throws -> String {
        let servers = try await TestService.server() + TestService.http()
        return "exec cli-web --timeout 20s --via \(via) \(servers.joined(separator: " ")) --"
    }

    // MARK: The endpoint

    @Test func `The command receives the endpoint in its environment`() async throws {
        let outcome = try await exec("cli-web", "--tag", "v1", command: ["env"])
        #expect(outcome.status == 0 && outcome.errors.isEmpty)
        let variables = outcome.lines.filter { $0.hasPrefix("SERVICE_") }.sorted()
        #expect(variables == ["SERVICE_ADDRESS=10.1.0.1:80", "SERVICE_HOST=10.1.0.1", "SERVICE_PORT=80"])
        #expect(outcome.lines.contains { $0.hasPrefix("PATH=") })
    }

    @Test func `An IPv6 address has brackets before a port`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await agent.register(
            ServiceRegistration("exec-six", address: "2001:db8::6", port: 443),
            node: "exec-six"
        )
        let command = ["sh", "-c", "echo $SERVICE_ADDRESS $SERVICE_HOST $SERVICE_PORT"]
        let server = ["--dns-server", "127.0.0.1:\(agent.ports.dns)"]
        let outcome = try await CommandLineTool.run(["exec", "exec-six"] + server + ["--"] + command)
        #expect(outcome.output == "[2001:db8::6]:443 2001:db8::6 443\n")
    }

    @Test func `The endpoint overwrites existing variables of the same names`() async throws {
        let line = "SERVICE_HOST=old $TOOL \(try await arguments("dns")) printenv SERVICE_HOST"
        let outcome = try await CommandLineTool.shell(line)
        #expect(["10.1.0.1\n", "2001:db8::1\n"].contains(outcome.output))
    }

    // MARK: The command

    @Test func `Arguments arrive unchanged, without a shell`() async throws {
        let arguments = ["%s\n", "$HOME", "a b", "", "--help", "--", "*", "--version"]
        let outcome = try await exec("cli-web", command: ["printf"] + arguments)
        #expect(outcome.output == "$HOME\na b\n\n--help\n--\n*\n--version\n")
    }

    @Test func `The exit status of exec is that of the command`() async throws {
        #expect(try await exec("cli-web", command: ["sh", "-c", "exit 42"]).status == 42)
        #expect(try await exec("cli-web", command: ["false"]).status == 1)
    }

    /// A shell function that starts a command with SIGPIPE ignored (`IGNORE`) or not (`DEFAULT`), and with some signals
    /// blocked, by number. The process that starts the tests has a mask of its own.
    private static let start = #"""
        start() {
            exec perl -MPOSIX -e '$SIG{PIPE} = shift; my @blocked = split /,/, shift;
                sigprocmask(SIG_SETMASK, POSIX::SigSet->new(@blocked)); exec @ARGV' "$@"
        }
        """#

    @Test(arguments: ["dns", "http"])
    func `The command keeps the process ID and receives the signals`(via: String) async throws {
        let command = "$TOOL \(try await arguments(via)) sh -c 'echo $$; kill -TERM $$'"
        let line = "\(Self.start)\nstart DEFAULT '' \(command) & wait $!; echo $? $!"
        let lines = try await CommandLineTool.shell(line).lines
        try #require(lines.count == 2)
        #expect(lines[1] == "143 \(lines[0])")
    }

    @Test(arguments: ["dns", "http"], ["DEFAULT ''", "IGNORE ''", "DEFAULT 10", "IGNORE 1,10,12"])
    func `The command inherits the blocked and ignored signals of the caller`(via: String, signals: String) async throws
    {
        // Without the first eight digits: signals above 32 belong to the C library.
        let look = "sed -nE 's/^(Sig(Blk|Ign)).*(.{8})$/\\1 \\3/p' /proc/self/status"
        let tool = "$TOOL \(try await arguments(via))"
        let line = "\(Self.start)\n(start \(signals) \(look)); echo; (start \(signals) \(tool) \(look))"
        let parts = try await CommandLineTool.shell(line).output.split(separator: "\n\n")
        try #require(parts.count == 2)
        #expect(parts[0] + "\n" == parts[1])
        #expect(parts[0].hasPrefix("SigBlk 0000"))
    }

    @Test(arguments: ["dns", "http", "auto"])
    func `The command inherits the descriptors of the caller, and none opened by the program`(via: String) async throws
    {
        // The shell opens descriptor 9 for the command to inherit.
        let line = "exec 9</dev/null; ls /proc/self/fd; echo; $TOOL \(try await arguments(via)) ls /proc/self/fd"
        let outcome = try await CommandLineTool.shell(line)
        let parts = outcome.output.split(separator: "\n\n")
        #expect(parts.count == 2)
        #expect(parts[0].split(separator: "\n").contains("9"))
        #expect(parts[0] + "\n" == parts[1])
    }

    // MARK: No endpoint, no command

    @Test func `The command does not run without an endpoint`() async throws {
        let empty = try await exec("cli-ill", command: ["echo", "run"])
        #expect(empty.status == 2 && empty.output.isEmpty)
        #expect(
            empty.errors == "consul-resolve: cannot pick an endpoint of cli-ill: Consul knows no healthy instance\n"
        )
        let unknown = try await CommandLineTool.run(["exec", "web", "--", "echo", "run"])
        #expect(unknown.status == 3 && unknown.output.isEmpty)
        #expect(unknown.errors.hasPrefix("consul-resolve: cannot pick an endpoint of web: Consul did not answer: "))
    }

    @Test(
        arguments: [
            ("no-such-command", Int32(127), "no such file or directory"), ("/no/such/command", 127, "no such file"),
            ("/dev/null", 126, "permission denied"), ("/tmp", 126, "permission denied"),
        ]
    )
    func `The exec command reports a command that cannot be run`(command: String, status: Int32, words: String)
        async throws
    {
        let outcome = try await exec("cli-web", command: [command])
        #expect(outcome.status == status)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.hasPrefix("consul-resolve: cannot run \(command): \(words)"))
    }

    @Test(
        arguments: [
            (["web"], "after --"), (["web", "--"], "after --"), (["web", "--", ""], "is empty"),
            (["web", "env"], "after --"), (["--", "env"], "name"), (["web", "--count", "1", "--", "env"], "--count"),
            (["web", "--policy", "best", "--", "env"], "--policy"), (["web", "--key", "k", "--", "env"], "--key"),
        ]
    )
    func `The exec command rejects invalid arguments with status 64`(arguments: [String], reason: String) async throws {
        let outcome = try await CommandLineTool.run(["exec"] + arguments)
        #expect(outcome.status == 64)
        #expect(outcome.output.isEmpty)
        #expect(outcome.errors.contains(reason))
    }
}
