// SPDX-License-Identifier: Apache-2.0

/// A claim about the balancer, and the simulation that checks it.
package struct Scenario: Sendable, CustomStringConvertible {
    /// The claim, as a sentence.
    package let name: String
    /// The setting of the simulation, for the report.
    let setting: String
    /// The conclusions from tables and charts, without figures, which change. Empty if the goals are enough.
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

    /// Runs the scenario. Every run has the same result.
    package func run() -> Findings { measure() }
}
