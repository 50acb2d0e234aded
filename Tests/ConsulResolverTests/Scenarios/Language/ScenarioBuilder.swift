// SPDX-License-Identifier: Apache-2.0

/// Makes a scenario of its lines, with loops and conditions as everywhere.
@resultBuilder
enum ScenarioBuilder {
    static func buildExpression(_ step: some ScenarioStep) -> [any ScenarioStep] { [step] }
    static func buildBlock(_ parts: [any ScenarioStep]...) -> [any ScenarioStep] { parts.flatMap(\.self) }
    static func buildArray(_ parts: [[any ScenarioStep]]) -> [any ScenarioStep] { parts.flatMap(\.self) }
    static func buildOptional(_ part: [any ScenarioStep]?) -> [any ScenarioStep] { part ?? [] }
    static func buildEither(first part: [any ScenarioStep]) -> [any ScenarioStep] { part }
    static func buildEither(second part: [any ScenarioStep]) -> [any ScenarioStep] { part }
}
