// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// The content of a terminal between two changes of a service. A pure value.
struct LiveFrame {
    let service: String
    /// The number of instances and their reliability, or the reason that there are none.
    let state: String
    /// The time since which the state holds.
    let time: String
    let endpoints: [Endpoint]
    /// The difference from the previous frame.
    let change: EndpointChange

    private static let hint = "press Ctrl-C to stop"

    /// Returns the lines of the frame, cut to the size of the terminal: a frame that wraps or scrolls cannot be
    /// redrawn.
    func lines(rows: Int, columns: Int) -> [String] {
        var heading = [service.printable, "\(state), since \(time)".printable]
        if !change.isEmpty { heading.append(summary) }
        var body = table
        // The body includes the heading of the table; one line stays free for the cursor.
        let room = max(rows - heading.count - 2, 2)
        if body.count > room {
            let hidden = body.count - room + 1
            body = body.prefix(room - 1) + ["  and \(hidden) more lines"]
        }
        let cut = { (line: String) in line.prefix(columns: max(columns, 1)) }
        return [Terminal.bold(cut(heading[0]))] + (heading.dropFirst() + body + [LiveFrame.hint]).map(cut)
    }

    private var summary: String {
        let counts = [
            (change.added.count, "added"), (change.removed.count, "removed"), (change.altered.count, "changed"),
        ]
        return counts.filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    }

    /// The rows of the table. Removed endpoints stay visible below the others until the next change. Rows are sorted by
    /// text: Consul's own order changes with every answer, and rows that jump cannot be read.
    private var table: [String] {
        guard !endpoints.isEmpty || !change.removed.isEmpty else { return [] }
        var table = Table(heading: ["", "ENDPOINT", "NODE", "WEIGHT", "STATUS", "TAGS"])
        let added = Set(change.added.map(\.authority))
        let altered = Set(change.altered.map(\.authority))
        for endpoint in endpoints.sorted(by: { $0.authority < $1.authority }) {
            let mark = added.contains(endpoint.authority) ? "+" : altered.contains(endpoint.authority) ? "~" : ""
            table.rows.append(row(mark, endpoint))
        }
        table.rows += change.removed.map { row("-", $0) }
        return table.lines
    }

    private func row(_ mark: String, _ endpoint: Endpoint) -> [String] {
        [
            mark, endpoint.authority, endpoint.node ?? "-", String(endpoint.weight),
            endpoint.details?.status.rawValue ?? "-", endpoint.details?.tags.joined(separator: ",") ?? "-",
        ]
    }
}
