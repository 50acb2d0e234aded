// SPDX-License-Identifier: Apache-2.0

/// Applies faults to datagrams in one direction: datagrams in, datagrams out, no sockets.
///
/// Each datagram consumes the same count of random numbers whatever happens to it, so changing one fraction does not
/// change the effects of the others.
struct FaultInjector<Address: Sendable>: Sendable {
    struct Datagram: Sendable {
        var bytes: [UInt8]
        var address: Address
    }

    private var random: SeededGenerator
    private var held: Datagram?

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
    }

    /// Takes one datagram and returns the datagrams to send now, in order.
    mutating func pass(
        _ datagram: Datagram,
        faults: DatagramFaults,
        counters: inout FaultCounters.Datagrams
    ) -> [Datagram] {
        counters.received += 1
        counters.bytes += datagram.bytes.count
        let isDropped = random.happens(faults.dropped) || faults.isBlackHole
        let isDuplicated = random.happens(faults.duplicated)
        let isCorrupted = random.happens(faults.corrupted)
        let isReordered = random.happens(faults.reordered)
        let corrupted = random.corrupted(datagram.bytes)
        if isDropped {
            counters.dropped += 1
            return []
        }
        var datagram = datagram
        if isCorrupted {
            datagram.bytes = corrupted
            counters.corrupted += 1
        }
        if isReordered, held == nil {
            held = datagram
            counters.reordered += 1
            return []
        }
        if isDuplicated { counters.duplicated += 1 }
        let released = [datagram] + (isDuplicated ? [datagram] : []) + (held.map { [$0] } ?? [])
        held = nil
        counters.forwarded += released.count
        return released
    }
}

extension SeededGenerator {
    /// Returns the bytes with a random one changed.
    mutating func corrupted(_ bytes: [UInt8]) -> [UInt8] {
        let place = Int.random(in: 0..<max(bytes.count, 1), using: &self)
        let change = UInt8.random(in: 1...255, using: &self)
        guard !bytes.isEmpty else { return bytes }
        var changed = bytes
        changed[place] ^= change
        return changed
    }
}
