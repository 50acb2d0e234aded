// SPDX-License-Identifier: Apache-2.0

/// Measures coordination on real agents, behind relays that fail, and prints the tables of `docs/performance.md`.
///
///     measure-coordination [cut-off|stopped|hand-over|lock-delay|cycles|registration|rolling-restart|configuration|idle]...
///
/// Without a name, it does all measurements, one after the other. It starts itself again for the measurements that need
/// a second process.
@main
enum MeasureCoordination {
    private typealias Measurement = @Sendable () async throws -> [Figure]

    private static let measurements: [(name: String, run: Measurement)] = [
        ("cut-off", CutOff.run), ("stopped", Stopped.run), ("hand-over", HandOver.run), ("lock-delay", LockDelay.run),
        ("cycles", Cycles.run), ("registration", ForgottenRegistration.run), ("rolling-restart", RollingRestart.run),
        ("configuration", ConfigurationLatency.run), ("idle", IdleHolder.run),
    ]

    static func main() async throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case Stopped.childArgument: try await Stopped.runChild(Array(arguments.dropFirst()))
        case Cycles.childArgument: try await Cycles.runChild(Array(arguments.dropFirst()))
        default: try await measure(arguments)
        }
    }

    private static func measure(_ names: [String]) async throws {
        let known = measurements.map(\.name)
        if let unknown = names.first(where: { !known.contains($0) }) {
            throw Failure("unknown measurement \(unknown): use one of \(known.joined(separator: ", "))")
        }
        print("\n| what | measured | aim |\n|---|---|---|")
        for measurement in measurements where names.isEmpty || names.contains(measurement.name) {
            for figure in try await measurement.run() { print(figure) }
        }
    }
}

/// A row of the table.
struct Figure: Sendable, CustomStringConvertible {
    var subject: String
    var value: String
    var aim = ""

    var description: String { "| \(subject) | \(value) | \(aim) |" }
}

/// A measurement that could not be made.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
