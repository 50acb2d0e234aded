// SPDX-License-Identifier: Apache-2.0

/// Knows whether a server repeats names in the case in which it was asked, so that the case can be used as a secret
/// (draft-vixie-dnsext-dns0x20). Consul does, but for the DNS server of 1.19, which lowered the case of the question.
///
/// An answer in another case is either from a server that does not keep it, or from a forger who has guessed the id. So
/// it is never accepted; the question is asked again as it was spelled. A forger has to guess an id three times in a row
/// before the server is taken for one that does not keep the case, and one answer in the right case starts that anew.
struct CaseKeeping: Sendable {
    private var losses = 0
    private var plainUntil: UInt64?

    /// Answers in another case, with none in the right case between them, until names are sent as they are spelled.
    static let lossLimit = 3

    /// How long names are sent as they are spelled: ten minutes. The server may have been replaced by then.
    static let plainTime: UInt64 = 600_000_000_000

    /// Whether the next name is to be sent in a random case.
    mutating func mixesCase(at now: UInt64) -> Bool {
        guard let until = plainUntil else { return true }
        guard now >= until else { return false }
        self = CaseKeeping()
        return true
    }

    /// An answer repeated the case of its question.
    mutating func keptCase() {
        losses = 0
    }

    /// An answer came in another case.
    mutating func lostCase(at now: UInt64) {
        losses += 1
        if losses >= CaseKeeping.lossLimit { plainUntil = now.saturatingAdding(CaseKeeping.plainTime) }
    }
}
