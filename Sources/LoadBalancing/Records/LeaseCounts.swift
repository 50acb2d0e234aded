// SPDX-License-Identifier: Apache-2.0

import Synchronization

/// The numbers of one endpoint's leases, in cells for different threads, and the ownership of the endpoint's record by
/// its leases.
///
/// Two threads that pick at once would contend for a single number (70 ns for each of them, more than the rest of a
/// pick). So there is a cell for each stripe of threads, and a lease ends in the cell in which it began. Where picks
/// compare the numbers, there is one cell for all: to add up eight would cost every pick more.
///
/// While a snapshot contains the record, the snapshot owns it, and cells are *open*: a lease only counts. When the last
/// snapshot leaves, each cell is *closed* by a mark, and from then on a closed cell with leases owns the record. The
/// lease that empties a closed cell ends that ownership. A snapshot that contains the record again opens the cells. A
/// lease comes from a snapshot only, so none begins in a closed cell.
///
/// Mark and number are in one atomic word, so the order of a lease's end and of closing or opening its cell is the same
/// for both: exactly one of them ends the ownership.
///
/// `@unchecked`: the pointer is constant, and the cells are atomic.
struct LeaseCounts: ~Copyable, @unchecked Sendable {
    private struct Cell: ~Copyable {
        let value = Atomic<UInt64>(LeaseCounts.closed)
        /// Keeps two cells out of one cache line.
        private let padding = (SIMD4<UInt64>.zero, SIMD2<UInt64>.zero)
    }

    /// The mark; the bits below it are the number of leases.
    private static let closed: UInt64 = 1 << 32

    private let cells: UnsafeMutablePointer<Cell>
    private let mask: Int

    /// Creates closed cells without leases.
    ///
    /// - Parameter isSpread: True for a cell for each stripe of threads, false for one cell.
    init(isSpread: Bool) {
        let count = isSpread ? ThreadStripe.count : 1
        mask = count - 1
        cells = .allocate(capacity: count)
        for index in 0..<count { (cells + index).initialize(to: Cell()) }
    }

    deinit {
        cells.deinitialize(count: mask + 1)
        cells.deallocate()
    }

    /// The number of leases that are not finished.
    @inline(__always)
    var total: Int {
        var sum = Self.leases(cells[0].value.load(ordering: .relaxed))
        guard mask > 0 else { return sum }
        for index in 1...mask { sum += Self.leases(cells[index].value.load(ordering: .relaxed)) }
        return sum
    }

    /// Counts one more lease, from a snapshot that contains the record.
    ///
    /// - Parameter stripe: The stripe of the thread, in which the lease has to end.
    /// - Returns: The number of other leases in the same cell.
    @discardableResult
    @inline(__always)
    func begin(in stripe: Int) -> Int {
        Self.leases(cells[stripe & mask].value.wrappingAdd(1, ordering: .relaxed).oldValue)
    }

    /// Counts one lease less.
    ///
    /// - Returns: True if that ended the cell's ownership of the record. The caller then has to release the record. If it
    ///   received false, it may not touch the record any more.
    @inline(__always)
    func end(in stripe: Int) -> Bool {
        cells[stripe & mask].value.wrappingSubtract(1, ordering: .acquiringAndReleasing).newValue == Self.closed
    }

    /// Opens the cells, since a snapshot owns the record from now on.
    ///
    /// - Parameter disown: Ends the ownership of a cell that had leases.
    func open(disowning disown: () -> Void) {
        for index in 0...mask {
            let before = cells[index].value.wrappingSubtract(Self.closed, ordering: .acquiringAndReleasing).oldValue
            if Self.leases(before) > 0 { disown() }
        }
    }

    /// Closes the cells, since the last snapshot is about to end its ownership.
    ///
    /// - Parameters:
    ///   - own: Begins the ownership of a cell, before its leases can see the mark.
    ///   - disown: Ends the ownership of a cell that has no leases.
    func close(owning own: () -> Void, disowning disown: () -> Void) {
        for index in 0...mask {
            own()
            let before = cells[index].value.wrappingAdd(Self.closed, ordering: .acquiringAndReleasing).oldValue
            if Self.leases(before) == 0 { disown() }
        }
    }

    @inline(__always)
    private static func leases(_ value: UInt64) -> Int { Int(truncatingIfNeeded: value & (closed - 1)) }
}
