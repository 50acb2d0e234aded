// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A policy that picks, of two random endpoints, the one with fewer requests in flight, as Envoy, gRPC, Finagle and
/// linkerd do.
struct TwoRandomChoices: BalancingPolicy {
    var description: String { "twoRandomChoices" }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker { Picker(candidates) }

    private final class Picker: EndpointPicker {
        private let candidates: [Candidate]

        init(_ candidates: [Candidate]) {
            self.candidates = candidates
        }

        /// The two halves of one random number serve as two numbers.
        func pick(for request: borrowing PickRequest) -> Int {
            guard candidates.count > 1 else { return 0 }
            let (high, low) = (request.random >> 32, request.random & 0xFFFF_FFFF)
            let first = Int(high % UInt64(candidates.count))
            let step = 1 + Int(low % UInt64(candidates.count - 1))
            let second = first + step < candidates.count ? first + step : first + step - candidates.count
            return candidates[second].outstanding < candidates[first].outstanding ? second : first
        }
    }
}
