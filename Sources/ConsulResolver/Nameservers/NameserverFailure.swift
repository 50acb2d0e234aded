// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// What it means for a nameserver that somebody has asked it in vain over every transport.
struct NameserverFailure: Sendable {
    enum Kind: Hashable, Sendable {
        /// It refuses connections, or there is no way to it.
        case unreachable
        /// It said nothing; fair if it had time to.
        case silence(isFair: Bool)
    }

    let server: Nameserver
    let kind: Kind
    /// When it was asked first.
    let start: ContinuousClock.Instant
    /// The same for people.
    let attempts: [ResolutionFailure.Attempt]
}
