// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

@testable import LoadBalancing

extension Moment {
    /// Returns the moment that many seconds after the beginning of a test.
    static func seconds(_ seconds: Double) -> Moment { Moment(nanoseconds: Int64(seconds * 1e9)) }
}
