// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver

/// Prints the successive states of a service.
struct WatchDisplay {
    /// The service in words.
    private let service: String
    private let format: EndpointFormat
    private let template: Template?
    /// True if a table is drawn over the previous one; false if a table format prints changes.
    private let redraws = Terminal.canRedraw
    private var previous: Resolution?
    /// The last endpoints shown; an unknown outcome does not change them.
    private var endpoints: [Endpoint] = []
    /// The number of table lines to draw over.
    private var drawnLines = 0

    /// - Parameter template: The template for each resolution, in place of the format.
    init(service: String, format: EndpointFormat, template: Template? = nil) {
        self.service = service
        self.format = template == nil ? format : .json
        self.template = template
    }

    /// Prints a resolution.
    ///
    /// - Throws: ``ExitStatus/outputFailed``.
    mutating func show(_ resolution: Resolution, at time: Timestamp) throws {
        defer { previous = resolution }
        let change = EndpointChange(from: endpoints, to: resolution.endpoints)
        switch format {
        case .json:
            try Terminal.output(json(resolution, at: time), by: template)
        case .plain:
            if !resolution.isUnknown, previous == nil || !change.isEmpty || previous?.isUnknown == true {
                try Terminal.output(resolution.endpoints.map { $0.authority + "\n" }.joined())
            }
            say(resolution)
        case .table where redraws:
            try draw(resolution, change, at: time)
        case .table:
            if !resolution.isUnknown, !change.isEmpty {
                try Terminal.output(change.lines.map { "\(time.utc) \($0)" }.joined(separator: "\n"))
            }
            say(resolution)
        }
        if !resolution.isUnknown { endpoints = resolution.endpoints }
    }

    // MARK: Lines

    /// The fixed form that scripts rely on.
    private func json(_ resolution: Resolution, at time: Timestamp) -> JSON {
        .object(
            ["time": .string(time.utc)] + resolution.outcomeMembers + resolution.endpointMembers
                + [
                    "ageSeconds": .number(resolution.age.milliseconds / 1000), "held": resolution.heldJSON,
                    "unusable": .integer(resolution.unusableInstances),
                ] + resolution.originMembers
        )
    }

    /// Prints on standard error what the endpoints do not show.
    private func say(_ resolution: Resolution) {
        switch resolution.outcome {
        case .empty, .unknown:
            if let absence = resolution.absence(of: service) { Terminal.say(absence) }
        case .endpoints:
            if resolution.alternative != previous?.alternative {
                Terminal.say("from \(resolution.alternative?.description ?? "its own datacenter again")")
            }
            if resolution.isStale, previous?.isStale != true || previous?.doubt != resolution.doubt {
                Terminal.say(resolution.staleness(of: service))
            } else if previous?.isStale == true, !resolution.isStale {
                Terminal.say("Consul answers about \(service) again")
            }
            if let words = resolution.incompleteness, previous?.isComplete != false || previous?.isUnknown == true {
                Terminal.say(words)
            }
            if let unusable = resolution.unusableInWords, previous?.unusableInWords == nil { Terminal.say(unusable) }
        }
    }

    // MARK: The table

    private mutating func draw(_ resolution: Resolution, _ change: EndpointChange, at time: Timestamp) throws {
        let frame = LiveFrame(
            service: service,
            state: resolution.state(at: time),
            time: time.localTimeOfDay,
            endpoints: resolution.endpoints,
            // In the first set every endpoint is new, so marks carry no information.
            change: previous == nil ? EndpointChange(from: [], to: []) : change
        )
        let size = Terminal.size
        let lines = frame.lines(rows: size.rows, columns: size.columns)
        // Moves to the beginning of the last frame and clears from there; other lines on the screen stay.
        let over = drawnLines > 0 ? "\u{1B}[\(drawnLines)A\r\u{1B}[J" : ""
        try Terminal.output(over + lines.joined(separator: "\n"))
        drawnLines = lines.count
    }
}

extension Resolution {
    fileprivate var isUnknown: Bool {
        if case .unknown = outcome { true } else { false }
    }
}
