// SPDX-License-Identifier: Apache-2.0

import DNSWire

/// Which names are known to have answers too big for a datagram, so that asking for one is a round trip wasted.
///
/// A pure value of bounded size: it forgets an arbitrary name when it is full, which costs that name one datagram.
struct TransportMemory {
    private var tooBigForUDP: Set<DomainName> = []
    private let capacity: Int

    init(capacity: Int = 4096) {
        self.capacity = capacity
    }

    /// How much room a datagram has to leave, in bytes, for nothing to be missing from it: for a record that was left out
    /// (``AnswerCompleteness`` reckons with 600 bytes), and for the OPT record that an answer over TCP does not have.
    private static let margin = 600 + 11

    /// Whether an answer of this size over TCP would prove complete in a datagram, too.
    static func provesComplete(_ size: Int, advertised: UInt16) -> Bool { size + margin < Int(advertised) }

    func isTooBigForUDP(_ name: DomainName) -> Bool { tooBigForUDP.contains(name) }

    mutating func remember(_ name: DomainName, isTooBigForUDP isTooBig: Bool) {
        guard isTooBig else {
            tooBigForUDP.remove(name)
            return
        }
        if tooBigForUDP.count >= capacity, !tooBigForUDP.contains(name) { tooBigForUDP.removeFirst() }
        tooBigForUDP.insert(name)
    }
}
