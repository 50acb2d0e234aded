// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@Suite("The README")
struct ReadmeTests {
    private func text(of path: String) throws -> String {
        let root = URL(filePath: #filePath).appending(path: "../../../..").standardized
        return try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test("shows the example that is compiled, line by line")
    func example() throws {
        let example = try text(of: "examples/QuickStart/main.swift")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0.hasPrefix("//") }
            .joined(separator: "\n")
            .trimmingCharacters(in: .newlines)
        #expect(example.contains("resolve("))
        #expect(try text(of: "README.md").contains("```swift\n\(example)\n```"))
    }
}
