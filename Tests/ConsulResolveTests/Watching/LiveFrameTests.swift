// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import Testing

@testable import consul_resolve

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

    @Test
    func `A live frame shows the state, marks changes, and keeps removed endpoints visible`() throws {
        let lines = frame(try endpoints([3, 2]), from: try endpoints([1, 2])).lines(rows: 24, columns: 80)
        #expect(
            lines == [
                "web with tag v1", "2 instances over http, since 14:02:11", "1 added, 1 removed",
                "   ENDPOINT     NODE  WEIGHT  STATUS  TAGS", "   10.0.0.2:80  n2    1       -       -",
                "+  10.0.0.3:80  n3    1       -       -", "-  10.0.0.1:80  n1    1       -       -",
                "press Ctrl-C to stop",
            ]
        )
    }

    @Test(arguments: [8, 10, 24, 60], [1, 20, 80])
    func `A live frame fits any terminal, with the cursor below it`(rows: Int, columns: Int) throws {
        let lines = frame(try endpoints(1...50), from: []).lines(rows: rows, columns: columns)
        #expect(lines.count < rows)
        #expect(lines.allSatisfy { $0.count <= columns })
        if columns == 80 { #expect(lines.contains { $0.hasSuffix("more lines") } == (rows < 56)) }
    }

    @Test(arguments: [1, 20, 41, 80])
    func `A live frame fits by columns, however wide its characters are`(columns: Int) throws {
        var endpoint = try endpoints([1])[0]
        endpoint.node = String(repeating: "日本語", count: 40)
        let frame = LiveFrame(
            service: String(repeating: "サービス", count: 30),
            state: "not known: " + String(repeating: "😀", count: 60),
            time: "14:02:11",
            endpoints: [endpoint],
            change: EndpointChange(from: [], to: [])
        )
        #expect(frame.lines(rows: 24, columns: columns).allSatisfy { $0.columns <= columns })
    }

    @Test(
        arguments: ["\u{1B}[2J", "\n", "\u{202E}", "\u{2067}", "\u{200B}", "\u{AD}"]
    )
    func `A live frame escapes control characters in names`(character: String) throws {
        var endpoint = try endpoints([1])[0]
        endpoint.node = "evil\(character)node"
        let frame = LiveFrame(
            service: "web with tag \(character)",
            state: "not known: \(character)",
            time: "14:02:11",
            endpoints: [endpoint],
            change: EndpointChange(from: [], to: [])
        )
        let lines = frame.lines(rows: 24, columns: 80)
        #expect(lines.allSatisfy { !$0.unicodeScalars.contains(where: \.isUnseen) })
        #expect(lines.count { $0.contains("\\u{") } == 3)
    }
}
