// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import Synchronization

/// A round robin policy as a user of the library would write it, which counts its calls.
final class CountingPolicy: BalancingPolicy {
    private let made = Atomic<Int>(0)

    var pickersMade: Int { made.load(ordering: .relaxed) }
    var description: String { "counting" }

    func makePicker(for candidates: [Candidate]) -> any EndpointPicker {
        made.wrappingAdd(1, ordering: .relaxed)
        return Picker(count: UInt32(candidates.count))
    }

    private final class Picker: EndpointPicker {
        private let count: UInt32

        init(count: UInt32) {
            self.count = count
        }

        func pick(for request: borrowing PickRequest) -> Int { Int(request.ticket % count) }
    }
}
