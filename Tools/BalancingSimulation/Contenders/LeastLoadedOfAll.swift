// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A policy that scans all endpoints and picks one with the fewest requests in flight, ties in any order: Envoy's full
/// scan, and the `leastconn` of proxies.
struct LeastLoadedOfAll: BalancingPolicy {
    var description: String { "leastLoadedOfAll" }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker { Picker(loads: candidates.map(\.load)) }

    private final class Picker: EndpointPicker {
        private let loads: [EndpointLoad]

        init(loads: [EndpointLoad]) {
            self.loads = loads
        }

        func pick(for request: borrowing PickRequest) -> Int {
            // The scan starts at a random position; a fixed start would give all ties to the first endpoint.
            let start = Int(request.random % UInt64(loads.count))
            var (best, least) = (start, loads[start].outstanding)
            for step in 1..<max(loads.count, 1) where least > 0 {
                let index = start + step < loads.count ? start + step : start + step - loads.count
                let outstanding = loads[index].outstanding
                if outstanding < least { (best, least) = (index, outstanding) }
            }
            return best
        }
    }
}
