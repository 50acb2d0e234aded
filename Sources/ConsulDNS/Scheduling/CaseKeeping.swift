// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// State that tells whether a server repeats names in the case in which they were sent, so that the case can serve as a
/// secret (draft-vixie-dnsext-dns0x20). Consul repeats it, except for the DNS server of 1.19, which lowercased the
/// question.
///
/// An answer in another case comes either from a server that does not preserve the case or from an attacker that has
/// guessed the ID. Such an answer is never accepted; the query is sent again with the name as it was spelled. An
/// attacker has to guess an ID three times in a row before the server is treated as one that does not preserve the
/// case. One answer in the right case resets the count.
struct CaseKeeping: Sendable {
    private var losses = 0
    private var plainUntil: Moment?

    /// The number of answers in another case, without one in the right case between them, after which names are sent as
    /// they are spelled.
    static let lossLimit = 3

    /// The time for which names are sent as they are spelled: ten minutes. The server may have been replaced by then.
    static let plainTime = Nanoseconds(.seconds(600))

    /// Returns true if the next name is to be sent in a random case.
    mutating func mixesCase(at now: Moment) -> Bool {
        guard let until = plainUntil else { return true }
        guard now >= until else { return false }
        self = CaseKeeping()
        return true
    }

    /// Records an answer that repeated the case of its question.
    mutating func keptCase() {
        losses = 0
    }

    /// Records an answer in another case.
    mutating func lostCase(at now: Moment) {
        losses += 1
        if losses >= CaseKeeping.lossLimit { plainUntil = now + CaseKeeping.plainTime }
    }
}
