// SPDX-License-Identifier: Apache-2.0

extension BalancingPolicy where Self == BuiltInPolicy {
    /// A policy that prefers, of two endpoints, the one with fewer requests under way for its weight.
    ///
    /// One of the two is next in turn, the other one is drawn at random; ties go to the former. So picks take turns as
    /// long as no endpoint is slow, honor weights, and send no endpoint more than twice its share however quick it
    /// seems: an endpoint that fails at once has no requests under way either.
    public static var leastOutstanding: BuiltInPolicy {
        BuiltInPolicy("leastOutstanding") { LeastOutstandingPicker(TwoChoices($0)) }
    }
}

private final class LeastOutstandingPicker: BuiltInPicker {
    private let choices: TwoChoices

    init(_ choices: TwoChoices) {
        self.choices = choices
    }

    func pick(for request: borrowing PickRequest) -> Int {
        let first = choices.first(request)
        guard let second = choices.second(request, otherThan: first) else { return first }
        if choices.isOnProbation(first) { return first }
        if choices.isOnProbation(second) { return second }
        return choices.outstanding(second) < choices.outstanding(first) ? second : first
    }
}
