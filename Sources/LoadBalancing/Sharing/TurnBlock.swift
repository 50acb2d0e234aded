// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// Turns that one stripe of threads has taken in advance from the counter that all threads share.
///
/// One counter for all threads keeps shares exact, and costs little until threads meet at it: then each pick waits for
/// the counter's cache line (40 to 50 ns for each of two threads, more than the rest of a pick). So a thread that loses
/// the counter to another one takes 256 turns at once, and the picks of its stripe use these up first. Threads that do not
/// meet take turns one by one.
///
/// A run of turns has the shares of the whole cycle, to less than a pick. So stripes with blocks are off by less than a
/// pick each, whatever the length of a block. A block ends with its snapshot.
struct TurnBlock {
    private static let length: UInt32 = 256

    private var next: UInt32 = 0
    /// Equal to `next` if no turns are left.
    private var end: UInt32 = 0

    /// Returns a turn that no other pick has had.
    @inline(__always)
    mutating func take(from counter: borrowing Atomic<UInt32>) -> UInt32 {
        guard next == end else {
            defer { next &+= 1 }
            return next
        }
        let turn = counter.load(ordering: .relaxed)
        let isAlone = counter.compareExchange(expected: turn, desired: turn &+ 1, ordering: .relaxed).exchanged
        return isAlone ? turn : reserve(from: counter)
    }

    @inline(never)
    private mutating func reserve(from counter: borrowing Atomic<UInt32>) -> UInt32 {
        let first = counter.wrappingAdd(TurnBlock.length, ordering: .relaxed).oldValue
        (next, end) = (first &+ 1, first &+ TurnBlock.length)
        return first
    }
}
