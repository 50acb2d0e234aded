// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// Properties that few resolutions have, in an object of their own so that a resolution is cheap to copy.
    final class RareMembers: Sendable {
        let alternative: ServiceRequest.Alternative?
        let doubt: Doubt?
        let unusableInstances: Int

        /// - Returns: `nil` if all properties have their default value.
        init?(alternative: ServiceRequest.Alternative?, doubt: Doubt?, unusableInstances: Int) {
            guard alternative != nil || doubt != nil || unusableInstances != 0 else { return nil }
            (self.alternative, self.doubt, self.unusableInstances) = (alternative, doubt, unusableInstances)
        }
    }
}
