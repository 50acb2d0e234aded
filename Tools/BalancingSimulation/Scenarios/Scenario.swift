// SPDX-License-Identifier: Apache-2.0

/// A question to the balancer, and how it is answered.
package struct Scenario: Sendable, CustomStringConvertible {
    /// What is claimed, as a sentence.
    package let name: String
    /// What is simulated, for the report.
    let setting: String
    /// What there is to see in its tables and pictures, without figures: those change. Empty if the goals say it all.
    let lesson: String
    private let measure: @Sendable () -> Findings

    init(
        _ name: String,
        _ setting: String,
        lesson: String = "",
        measure: @escaping @Sendable () -> Findings
    ) {
        self.name = name
        self.setting = setting
        self.lesson = lesson
        self.measure = measure
    }

    /// The name.
    package var description: String { name }

    /// Runs it. The same comes of it every time.
    package func run() -> Findings { measure() }
}
