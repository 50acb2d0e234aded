// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A policy that picks, of two random endpoints, the one with fewer requests in flight, as Envoy, gRPC, Finagle and
/// linkerd do.
struct TwoRandomChoices: BalancingPolicy {
    var description: String { "twoRandomChoices" }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker { Picker(loads: candidates.map(\.load)) }

    private final class Picker: EndpointPicker {
        private let loads: [EndpointLoad]

        init(loads: [EndpointLoad]) {
            self.loads = loads
        }

        /// The two halves of one random number serve as two numbers.
        func pick(for request: borrowing PickRequest) -> Int {
            guard loads.count > 1 else { return 0 }
            let (high, low) = (request.random >> 32, request.random & 0xFFFF_FFFF)
            let first = Int(high % UInt64(loads.count))
            let step = 1 + Int(low % UInt64(loads.count - 1))
            let second = first + step < loads.count ? first + step : first + step - loads.count
            return loads[second].outstanding < loads[first].outstanding ? second : first
        }
    }
}
