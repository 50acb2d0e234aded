// SPDX-License-Identifier: Apache-2.0

import BalancingSimulation
import Foundation
import Testing

@Suite struct ReportTests {
    private static let docs = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().appendingPathComponent("../../docs").standardizedFileURL

    @Test func `The committed report equals the one that the code writes`() async {
        let report = Report(await SimulationResults.all, realAgent: Self.text(of: "balancing-real.md"))
        #expect(report.files.count > 1)
        for (path, text) in report.files {
            let committed = Self.text(of: path) ?? ""
            let lines = [committed, text].map { $0.split(separator: "\n", omittingEmptySubsequences: false) }
            let difference = zip(lines[0], lines[1]).first { $0 != $1 }.map { "\($0.prefix(120)) | \($1.prefix(120))" }
            let isSame = committed == text
            #expect(isSame, "docs/\(path) is out of date, `make simulate`: \(difference ?? "one is longer")")
        }
    }

    @Test func `Every picture in the folder belongs to the current report`() async throws {
        let report = Report(await SimulationResults.all, realAgent: nil)
        let pictures = try FileManager.default.contentsOfDirectory(
            atPath: Self.docs.appendingPathComponent("balancing").path
        )
        #expect(pictures.filter { report.files["balancing/\($0)"] == nil } == [])
    }

    private static func text(of path: String) -> String? {
        try? String(contentsOf: docs.appendingPathComponent(path), encoding: .utf8)
    }
}
