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
