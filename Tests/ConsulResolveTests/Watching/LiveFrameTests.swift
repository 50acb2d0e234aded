// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import Testing

@testable import consul_resolve

@Suite("A frame on the terminal")
struct LiveFrameTests {
    private func endpoints(_ numbers: some Sequence<Int>) throws -> [Endpoint] {
        try numbers.map { Endpoint(host: try #require(Host("10.0.0.\($0)")), port: 80, node: "n\($0)") }
    }

    private func frame(_ endpoints: [Endpoint], from old: [Endpoint]) -> LiveFrame {
        LiveFrame(
            service: "web with tag v1",
            state: "2 instances over http",
            time: "14:02:11",
            endpoints: endpoints,
            change: EndpointChange(from: old, to: endpoints)
        )
    }

    @Test("says what there is, marks what changed, and keeps in sight what has gone")
    func marks() throws {
        let lines = frame(try endpoints([3, 2]), from: try endpoints([1, 2])).lines(rows: 24, columns: 80)
        #expect(
            lines == [
                "web with tag v1", "2 instances over http, since 14:02:11", "1 added, 1 removed",
                "   ENDPOINT     NODE  WEIGHT  STATUS  TAGS", "   10.0.0.2:80  n2    1       -       -",
                "+  10.0.0.3:80  n3    1       -       -", "-  10.0.0.1:80  n1    1       -       -",
                "Ctrl-C ends this",
            ]
        )
    }

    @Test("fits any terminal, with the cursor below it", arguments: [8, 10, 24, 60], [1, 20, 80])
    func size(rows: Int, columns: Int) throws {
        let lines = frame(try endpoints(1...50), from: []).lines(rows: rows, columns: columns)
        #expect(lines.count < rows)
        #expect(lines.allSatisfy { $0.count <= columns })
        if columns == 80 { #expect(lines.contains { $0.hasSuffix("more lines") } == (rows < 56)) }
    }

    @Test("obeys no name")
    func controlCharacters() throws {
        var endpoint = try endpoints([1])[0]
        endpoint.node = "evil\u{1B}[2J\nnode"
        let lines = frame([endpoint], from: []).lines(rows: 24, columns: 80)
        #expect(lines.allSatisfy { !$0.contains("\u{1B}") && !$0.contains("\n") })
    }
}
