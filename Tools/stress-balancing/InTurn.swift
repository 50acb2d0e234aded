// SPDX-License-Identifier: Apache-2.0

import LoadBalancing

/// A round robin policy as a user would write it.
struct InTurn: BalancingPolicy {
    var description: String { "in turn" }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker { Picker(count: UInt32(candidates.count)) }

    private final class Picker: EndpointPicker {
        private let count: UInt32

        init(count: UInt32) {
            self.count = count
        }

        func pick(for request: borrowing PickRequest) -> Int { Int(request.ticket % count) }
    }
}
