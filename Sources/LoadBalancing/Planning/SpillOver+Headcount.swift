// SPDX-License-Identifier: Apache-2.0

extension SpillOver {
    /// The inputs of a tier's load.
    struct Headcount: Hashable, Sendable {
        var total: Int
        var healthy: Int

        /// With fewer healthy members than this, a tier is short of members however small it is: it takes the part of
        /// the load that it has of the minimum. 0 for no minimum.
        var minimum: Int

        init(total: Int, healthy: Int, minimum: Int = 0) {
            self.total = total
            self.healthy = healthy
            self.minimum = minimum
        }
    }
}
