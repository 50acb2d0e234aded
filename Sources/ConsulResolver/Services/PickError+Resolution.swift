// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import ResolutionModel

extension PickError {
    static func empty(_ reason: Resolution.EmptyReason?) -> PickError {
        let words = "Consul knows no endpoint to connect to"
        return PickError(code: .empty, message: reason.map { "\(words): \($0)" } ?? words)
    }

    static func unknown(_ failure: ResolutionFailure) -> PickError {
        PickError(code: .unknown, message: "Consul could not be asked: \(failure)")
    }
}
