// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// Members that few resolutions have, and that would make every copy of one dearer.
    final class RareMembers: Sendable {
        let alternative: ServiceRequest.Alternative?
        let doubt: Doubt?

        /// - Returns: `nil` if there is nothing to keep.
        init?(alternative: ServiceRequest.Alternative?, doubt: Doubt?) {
            guard alternative != nil || doubt != nil else { return nil }
            (self.alternative, self.doubt) = (alternative, doubt)
        }
    }
}
