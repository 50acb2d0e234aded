// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination
import ConsulHTTP

/// `consul-resolve event`
struct Event: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "event",
        abstract: "Send and receive user events of Consul.",
        discussion: """
            Events spread from agent to agent within a second or so, without a guarantee: use them as hints to look at \
            something, such as a key.
            """,
        subcommands: [EventFire.self, EventWatch.self]
    )
}

/// `consul-resolve event fire NAME`
struct EventFire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fire",
        abstract: "Send an event, and print its id.",
        usage: "consul-resolve event fire <name> [<payload>] [<options>]",
        discussion: """
            A payload has at most 300 bytes, which every version of Consul takes.

            EXAMPLES:
              consul-resolve event fire deploy v42
            """
    )

    @Argument(help: "The event's name.") var name: String
    @Argument(help: "The payload; - reads it from standard input.") var payload: String?
    @OptionGroup var agent: AgentOptions

    func run() async throws {
        let bytes = try payload.map { try StandardInput.bytes(of: $0, atMost: EventBus.portablePayload) } ?? []
        let event = try await agent.withClient { try await $0.events.fire(name, payload: bytes) }
        try Terminal.output(event.id)
    }
}

/// `consul-resolve event watch NAME`
struct EventWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Print events as they arrive at the agent.",
        usage: "consul-resolve event watch [<name>] [<options>]",
        discussion: """
            --format plain prints a line for each event: its name, a tab and its payload, with unprintable characters \
            escaped. When events may have been missed, it says so on standard error; --format json prints an object with \
            "gap":true. Ctrl-C, SIGTERM, or a closed output ends the command with status 0.

            EXAMPLES:
              consul-resolve event watch deploy --format json
            """
    )

    @Argument(help: "The event's name; all events by default.") var name: String?
    @Option(help: "plain, or json for one object a line.") var format = EntryFormat.plain
    @Option(help: "End after this number of events.") var count: Int?
    @OptionGroup var agent: AgentOptions

    func validate() throws {
        if let count, count < 1 { throw ValidationError("--count must be at least 1") }
    }

    func run() async throws {
        _ = try await UntilStopped.run { try await agent.withClient { try await show($0) } }
    }

    private func show(_ client: ConsulHTTPClient) async throws {
        let deliveries = try await client.events.subscribe(to: name)
        Terminal.say("waiting for events")
        var shown = 0
        for try await delivery in deliveries {
            switch delivery {
            case .event(let event):
                try show(event)
                shown += 1
                if shown == count { return }
            case .gap:
                try showGap()
            case .interrupted(let error):
                Terminal.say("cannot read events at the moment: \(error)")
            }
        }
    }

    private func show(_ event: ConsulEvent) throws {
        switch format {
        case .plain:
            let text = String(decoding: event.payload, as: UTF8.self)
            try Terminal.output("\(event.name.printable)\t\(text.printable)")
        case .json:
            try Terminal.output(
                JSON.object([
                    "time": .string(Timestamp.now.utc), "id": .string(event.id), "name": .string(event.name),
                    "payload": JSON(event.text), "payloadBase64": .string(Base64.encode(event.payload)), "gap": false,
                ]).description
            )
        }
    }

    private func showGap() throws {
        switch format {
        case .plain:
            Terminal.say("events may have been missed")
        case .json:
            try Terminal.output(
                JSON.object([
                    "time": .string(Timestamp.now.utc), "id": nil, "name": nil, "payload": nil, "payloadBase64": nil,
                    "gap": true,
                ]).description
            )
        }
    }
}
