// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import TestSupport

/// The clients and resolvers of a run, without owning them: a task that outlives its program keeps one of them alive.
final class Leftovers: Sendable {
    private struct Reference: Sendable {
        weak var object: (any AnyObject & Sendable)?
    }

    private let references = NIOLockedValueBox<[Reference]>([])

    func note(_ object: any AnyObject & Sendable) {
        references.withLockedValue { references in
            references.removeAll { $0.object == nil }
            references.append(Reference(object: object))
        }
    }

    /// The number of objects that are still alive.
    var count: Int { references.withLockedValue { $0.count { $0.object != nil } } }
}
