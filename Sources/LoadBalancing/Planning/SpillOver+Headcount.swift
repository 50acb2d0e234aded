// SPDX-License-Identifier: Apache-2.0

extension SpillOver {
    /// What a tier's load depends on.
    struct Headcount: Hashable, Sendable {
        var total: Int
        var healthy: Int

        /// With fewer healthy members than this, a tier is short of them however small it is: it takes the part of the
        /// load that it has of the minimum. 0 for none.
        var minimum: Int

        init(total: Int, healthy: Int, minimum: Int = 0) {
            self.total = total
            self.healthy = healthy
            self.minimum = minimum
        }
    }
}
