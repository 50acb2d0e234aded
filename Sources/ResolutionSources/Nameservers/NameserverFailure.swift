// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ResolutionModel
import ResolverSupport

/// The failure of a nameserver that one resolution has queried over every transport without an answer.
struct NameserverFailure: Sendable {
    enum Kind: Hashable, Sendable {
        /// The server refuses connections, or there is no route to it.
        case unreachable
        /// The server did not respond. The failure is fair if the server had enough time to respond.
        case silence(isFair: Bool)
    }

    let server: Nameserver
    let kind: Kind
    /// The time of the first query.
    let start: Moment
    /// The failed attempts, for error messages.
    let attempts: [ResolutionFailure.Attempt]
}
