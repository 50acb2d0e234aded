// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// What a terminal shows of a service between two changes. A pure value.
struct LiveFrame {
    let service: String
    /// How many instances there are and how far they are to be trusted, or why there are none.
    let state: String
    /// When it became so.
    let time: String
    let endpoints: [Endpoint]
    /// What is different from the frame before.
    let change: EndpointChange

    private static let hint = "Ctrl-C ends this"

    /// The lines of the frame, which fit a terminal of that size: one that wraps or scrolls cannot be drawn over.
    func lines(rows: Int, columns: Int) -> [String] {
        var heading = [service.printable, "\(state), since \(time)".printable]
        if !change.isEmpty { heading.append(summary) }
        var body = table
        // The heading of the table goes with it; one line is left for where the cursor is.
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

    /// What has gone stays to be seen until the next change, below the others. In the order of their text: Consul's own is
    /// another every time, and rows that jump cannot be read.
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
