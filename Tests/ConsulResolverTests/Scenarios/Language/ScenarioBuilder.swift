// SPDX-License-Identifier: Apache-2.0

/// Builds a scenario from its lines, with loops and conditions.
@resultBuilder
enum ScenarioBuilder {
    static func buildExpression(_ step: some ScenarioStep) -> [any ScenarioStep] { [step] }
    static func buildBlock(_ parts: [any ScenarioStep]...) -> [any ScenarioStep] { parts.flatMap(\.self) }
    static func buildArray(_ parts: [[any ScenarioStep]]) -> [any ScenarioStep] { parts.flatMap(\.self) }
    static func buildOptional(_ part: [any ScenarioStep]?) -> [any ScenarioStep] { part ?? [] }
    static func buildEither(first part: [any ScenarioStep]) -> [any ScenarioStep] { part }
    static func buildEither(second part: [any ScenarioStep]) -> [any ScenarioStep] { part }
}
