// SPDX-License-Identifier: Apache-2.0

import Foundation
import NIOConcurrencyHelpers
import TestSupport

/// Uses the library for a long time while agents are restarted, and samples what the process needs.
@main
enum RunSoak {
    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        if arguments.first == "plot", arguments.count == 3 {
            let csv = try String(contentsOfFile: arguments[1], encoding: .utf8)
            return try SoakPlot(csv: csv).svg.write(toFile: arguments[2], atomically: true, encoding: .utf8)
        }
        guard let options = SoakOptions(arguments) else {
            print(SoakOptions.usage)
            exit(64)
        }
        try await run(options)
    }

    private static func run(_ options: SoakOptions) async throws {
        guard FileManager.default.createFile(atPath: options.csv, contents: nil),
            let file = FileHandle(forWritingAtPath: options.csv)
        else { throw SoakError("\(options.csv) cannot be written") }
        try file.write(contentsOf: Data((SoakSample.columns.joined(separator: ",") + "\n").utf8))
        let start = ContinuousClock.now
        let load = try await use(
            SoakWorld.start(),
            in: { world in
                let load = SoakLoad(world: world, options: options)
                try await withThrowingTaskGroup(of: Void.self) { group in
                    group.addTask { try await load.run() }
                    if options.outage > 0 {
                        group.addTask {
                            try await Task.sleep(for: .seconds(60))
                            report("no agent", since: start, load)
                            try await world.takeDown(for: .seconds(options.outage))
                            report("all agents are back", since: start, load)
                        }
                    }
                    if options.restart > 0 {
                        group.addTask {
                            try await world.restartInTurn(every: .seconds(options.restart)) { node in
                                report("restarted \(node)", since: start, load)
                            }
                        }
                    }
                    let end = start + .seconds(options.minutes * 60)
                    while .now < end {
                        try await Task.sleep(for: .seconds(options.sample))
                        let sample = SoakSample(
                            after: start.duration(to: .now),
                            sessions: await sessions(in: world),
                            load.counts.withLockedValue { $0 }
                        )
                        try file.write(contentsOf: Data(sample.line.utf8))
                    }
                    group.cancelAll()
                    while let end = await group.nextResult() {
                        if case .failure(let error) = end, !(error is CancellationError) { throw error }
                    }
                }
                // Releases that failed leave their session until its time to live is over, of which Consul takes the double.
                try? await eventually("the end of all sessions", within: .seconds(40)) {
                    await sessions(in: world) == 0
                }
                print("| sessions left | \(await sessions(in: world).map { "\($0)" } ?? "unknown") |")
                return load
            },
            stop: { await $0.stop() }
        )
        print("\n| what | number |\n|---|---|")
        for (event, count) in load.counts.withLockedValue({ $0 }).sorted(by: { $0.key < $1.key }) {
            print("| \(event) | \(count) |")
        }
    }

    private static func report(_ event: String, since start: ContinuousClock.Instant, _ load: SoakLoad) {
        let counts = load.counts.withLockedValue { $0 }
        print(
            "after \(start.duration(to: .now).components.seconds) s: \(event);",
            "\(counts["failed picks"] ?? 0) of \(counts["picks"] ?? 0) picks failed,",
            "\(counts["failed lookups"] ?? 0)",
            "of \(counts["lookups"] ?? 0) lookups"
        )
        fflush(nil)
    }

    /// Returns the number of the load's sessions; `nil` while the server cannot be asked.
    private static func sessions(in world: SoakWorld) async -> Int? {
        let reply = try? await withDeadline(.seconds(3), "the sessions") {
            try await world.server.get("/v1/session/list")
        }
        guard let reply, reply.isSuccess else { return nil }
        return reply.body.components(separatedBy: "\"Name\":\"\(SoakLoad.sessionName)\"").count - 1
    }
}

/// A run that cannot be made.
private struct SoakError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
