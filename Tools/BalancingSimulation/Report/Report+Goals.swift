// SPDX-License-Identifier: Apache-2.0

extension Report {
    /// Returns a summary of the goals, ordered by number.
    static func summary(_ goals: [Goal]) -> String {
        let missed = goals.filter { !$0.isMet }
        let sentence =
            missed.isEmpty
            ? "All \(goals.count) figures that have a goal reach it."
            : "Of \(goals.count) figures that have a goal, \(goals.count - missed.count) reach it."
        return "## Goals\n\n" + sentence + "\n\n"
            + table(
                of: goals.enumerated().sorted { left, right in
                    (left.element.number, left.offset) < (right.element.number, right.offset)
                }.map(\.element)
            ) + reasons(missed)
    }

    static func table(of goals: [Goal]) -> String {
        var table = Table(["goal", "bound", "measured"])
        for goal in goals {
            let figure = goal.unit.text(goal.figure)
            table.add([
                "\(goal.number). \(goal.statement)", goal.boundText, goal.isMet ? figure : "**\(figure), missed**",
            ])
        }
        return table.markdown
    }

    private static func reasons(_ missed: [Goal]) -> String {
        var reasons: [String] = []
        for reason in missed.compactMap(\.miss?.reason) where !reasons.contains(reason) { reasons.append(reason) }
        return reasons.isEmpty ? "" : "\nReasons for the missed goals: " + reasons.joined(separator: " ") + "\n"
    }
}

extension Goal {
    /// The bound as text.
    fileprivate var boundText: String {
        switch bound {
        case .atMost(let limit) where limit == 0: "none"
        case .atMost(let limit): "at most " + unit.text(limit)
        case .atLeast(let limit): "at least " + unit.text(limit)
        case .within(let range): unit.text(range.lowerBound) + " to " + unit.text(range.upperBound)
        }
    }
}
