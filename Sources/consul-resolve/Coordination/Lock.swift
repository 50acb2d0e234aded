// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers

/// `consul-resolve lock KEY -- COMMAND`
struct Lock: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lock",
        abstract: "Run a command while a lock or a slot of a semaphore is held.",
        usage: """
            consul-resolve lock <key> [<options>] -- <command> ...
            consul-resolve lock <key> --status [<options>]
            """,
        discussion: """
            The lock is the key KEY/.lock, as with "consul lock KEY", and each of the two commands waits for the other. \
            With -n, up to that many commands hold a slot at once.

            The command finds CONSUL_LOCK_KEY, CONSUL_LOCK_SESSION and CONSUL_LOCK_TOKEN in its environment. The token is \
            a number that grows from holder to holder: a storage that refuses lower numbers than it has seen is safe from \
            a holder that was stopped and goes on too late.

            If Consul cannot be asked, the command and all processes that it has started receive SIGTERM, and SIGKILL if \
            they do not end, before another holder can have the lock; the same happens if consul-resolve is killed. Other \
            signals are passed on to the command, but Ctrl-Z has no effect. While the lock is waited for, Ctrl-C ends the wait.

            --status shows the holders, and the waiters that can be recognized: consul-resolve lock, consul lock, and those \
            in the queue of a fair lock. The age is known of holders that are consul-resolve lock.

            Exit status: that of the command; 2 the lock was not acquired in time, 3 Consul could not be asked, 75 the \
            lock was lost while the command ran.

            EXAMPLES:
              consul-resolve lock jobs/nightly -- ./nightly
              consul-resolve lock imports -n 4 --wait 1m -- ./import
              consul-resolve lock jobs/nightly --status --format json
            """
    )

    @Argument(help: "The name of the lock, a prefix of keys.")
    var key: String

    @Option(
        name: .customShort("n"),
        help: ArgumentHelp("The number of commands that may run at once.", valueName: "count")
    )
    var limit = 1

    @Option(
        help: ArgumentHelp("The longest time to wait for the lock; no limit by default.", valueName: "duration"),
        transform: DurationArgument.parse
    )
    var wait: DurationArgument?

    @Flag(name: .customLong("try"), help: "Do not wait for the lock.")
    var triesOnce = false

    @Option(
        help: ArgumentHelp(
            "The time without contact to Consul after which the command is stopped, 10s to 24h. A holder that crashes "
                + "blocks the lock for up to twice as long, and for the lock-delay.",
            valueName: "duration"
        ),
        transform: DurationArgument.parse
    )
    var ttl = DurationArgument(.seconds(15))

    @Option(
        name: .customLong("lock-delay"),
        help: ArgumentHelp(
            "The time for which Consul refuses the lock to others after the holder has failed, 0s to 60s.",
            valueName: "duration"
        ),
        transform: DurationArgument.parse
    )
    var lockDelay = DurationArgument(.seconds(15))

    @Flag(help: "Show the holders of the lock, its age and its waiters, and run no command.")
    var status = false

    @Option(help: "The format of --status: table or json.")
    var format = StatusFormat.table

    @OptionGroup var agent: AgentOptions

    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command to run and its arguments, after --.", valueName: "command")
    )
    var command: [String] = []

    /// The formats of `--status`.
    enum StatusFormat: String, ExpressibleByArgument, CaseIterable {
        case table
        case json
    }

    func validate() throws {
        if status {
            if !command.isEmpty { throw ValidationError("--status runs no command; leave out \(command[0])") }
        } else if command.first?.isEmpty ?? true {
            throw ValidationError("name the command to run after --")
        }
        if triesOnce, wait != nil { throw ValidationError("--wait has no effect with --try") }
        if limit < 1 { throw ValidationError("-n must be at least 1") }
    }

    func run() async throws {
        guard !status else { return try await showStatus() }
        let status = try await SignalRelay.run { relay in
            try await agent.withClient { client in try await hold(client, relay) }
        }
        if status != .success { throw status }
    }

    // MARK: Holding

    /// The time that the command has to end after SIGTERM. The lease is longer by half a second, for SIGKILL.
    private var grace: Duration { min(.seconds(5), min(ttl.duration, lockDelay.duration) / 4) }

    private func hold(_ client: ConsulHTTPClient, _ relay: SignalRelay) async throws -> ExitCode {
        do {
            guard limit > 1 else {
                return try await client.withLock(SemaphoreRecord.key(of: key), options) { lock in
                    let note = LockNote(session: lock.session, token: lock.fencingToken, acquired: .now)
                    // The command neither waits for the note nor needs it; its end cancels the request.
                    async let _ = try? await lock.setValue(note.stored)
                    return try await runCommand(note, relay)
                }
            }
            return try await client.withSemaphore(key, limit: limit, semaphoreOptions) { slot in
                let note = LockNote(session: slot.session, token: slot.fencingToken, acquired: .now)
                let contender = SemaphoreRecord.contenderKey(of: slot.session, under: key)
                async let _ = try? await slot.commit([
                    .lock(contender, note.stored, flags: SemaphoreRecord.flags, session: slot.session)
                ])
                return try await runCommand(note, relay)
            }
        } catch let error as CoordinationError {
            switch error.code {
            case .notAcquired where error.reason != .unavailable: throw Terminal.failure("\(error)", ExitStatus.empty)
            case .lost: throw Terminal.failure("\(error); the command was stopped", ExitStatus.lockLost)
            default: throw error
            }
        }
    }

    private var options: LockOptions {
        var options = LockOptions(session: described(SessionOptions(timeToLive: ttl.duration)))
        options.wait = longestWait
        options.onWait = report
        return options
    }

    /// No lock-delay protects a slot, so its session has no health checks.
    private var semaphoreOptions: SemaphoreOptions {
        var options = SemaphoreOptions(session: described(.withoutHealthChecks(timeToLive: ttl.duration)))
        options.wait = longestWait
        options.onWait = report
        return options
    }

    private func described(_ session: SessionOptions) -> SessionOptions {
        var session = session
        session.lockDelay = lockDelay.duration
        session.name = LockStatus.sessionName(of: key)
        session.stoppingTime = grace + .milliseconds(500)
        return session
    }

    private var longestWait: LockOptions.Wait { triesOnce ? .once : wait.map { .atMost($0.duration) } ?? .forever }

    /// Prints the reason of a wait, once for each reason in a row.
    private var report: @Sendable (CoordinationError.Reason) -> Void {
        let said = NIOLockedValueBox<CoordinationError.Reason?>(nil)
        return { [key] reason in
            let isNew = said.withLockedValue { said in
                defer { said = reason }
                return said != reason
            }
            if isNew { Terminal.say("waiting for the lock \(key): \(reason)") }
        }
    }

    private func runCommand(_ note: LockNote, _ relay: SignalRelay) async throws -> ExitCode {
        let environment = [
            "CONSUL_LOCK_KEY": key, "CONSUL_LOCK_SESSION": note.session, "CONSUL_LOCK_TOKEN": String(note.token),
        ]
        return try await SupervisedCommand(command: command, grace: grace).run(environment: environment, relay: relay)
    }

    // MARK: Status

    private func showStatus() async throws {
        let report = try await agent.withClient { client in
            let entries = try await client.keyValues.entries(under: "\(key)/").value
            return LockStatus(key: key, entries: entries, sessions: try await client.sessions.sessions().value)
        }
        try Terminal.output(format == .json ? report.json.description : report.text)
    }
}
