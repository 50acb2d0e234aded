// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A policy that scans all endpoints and picks one with the fewest requests in flight, ties in any order: Envoy's full
/// scan, and the `leastconn` of proxies.
struct LeastLoadedOfAll: BalancingPolicy {
    var description: String { "leastLoadedOfAll" }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker { Picker(candidates) }

    private final class Picker: EndpointPicker {
        private let candidates: [Candidate]

        init(_ candidates: [Candidate]) {
            self.candidates = candidates
        }

        func pick(for request: borrowing PickRequest) -> Int {
            // The scan starts at a random position; a fixed start would give all ties to the first endpoint.
            let start = Int(request.random % UInt64(candidates.count))
            var (best, least) = (start, candidates[start].outstanding)
            for step in 1..<max(candidates.count, 1) where least > 0 {
                let index = start + step < candidates.count ? start + step : start + step - candidates.count
                let outstanding = candidates[index].outstanding
                if outstanding < least { (best, least) = (index, outstanding) }
            }
            return best
        }
    }
}
