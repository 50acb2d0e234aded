// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// Members that few resolutions have, and that would make every copy of one dearer.
    final class RareMembers: Sendable {
        let alternative: ServiceRequest.Alternative?
        let doubt: Doubt?
        let unusableInstances: Int

        /// - Returns: `nil` if there is nothing to keep.
        init?(alternative: ServiceRequest.Alternative?, doubt: Doubt?, unusableInstances: Int) {
            guard alternative != nil || doubt != nil || unusableInstances != 0 else { return nil }
            (self.alternative, self.doubt, self.unusableInstances) = (alternative, doubt, unusableInstances)
        }
    }
}
