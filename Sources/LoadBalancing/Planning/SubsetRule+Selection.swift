// SPDX-License-Identifier: Apache-2.0

extension SubsetRule {
    /// Returns the candidates that are kept, in the order given.
    ///
    /// They are the first in the order of their numbers, up to the one that makes enough of those that count.
    /// Candidates among them that do not count stay: when they recover, they push out only the last one (ServiceTalk's
    /// subsets grow past unhealthy hosts, too).
    func selection(from candidates: [Int], counts: (Int) -> Bool, identity: (Int) -> UInt64) -> [Int] {
        guard candidates.count > appliesAbove else { return candidates }
        let numbers = candidates.map { StableHash.mix(identity($0), seed) }
        let counting = zip(candidates, numbers).compactMap { counts($0) ? $1 : nil }
        guard counting.count > size else { return candidates }
        let last = number(at: size - 1, of: counting)
        return zip(candidates, numbers).compactMap { $1 <= last ? $0 : nil }
    }

    /// Returns the number that would be at this position if all were sorted.
    ///
    /// They are spread evenly, so the first lie below a bound that is known beforehand, here twice as far as they
    /// should reach. Only the numbers below it are sorted, and all numbers if by chance these are too few.
    private func number(at position: Int, of numbers: [UInt64]) -> UInt64 {
        let (bound, overflow) = (UInt64.max / UInt64(numbers.count))
            .multipliedReportingOverflow(by: UInt64(position + 1) * 2)
        let low = overflow ? [] : numbers.filter { $0 <= bound }
        return low.count > position ? low.sorted()[position] : numbers.sorted()[position]
    }
}
