// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension Moment {
    // Computed, so that a pick has no lazy initialization to check.

    /// The earliest moment.
    static var distantPast: Moment { Moment(nanoseconds: .min) }

    /// The latest moment.
    static var distantFuture: Moment { Moment(nanoseconds: .max) }
}
