// SPDX-License-Identifier: Apache-2.0

/// The faults of a fault proxy for datagrams in one direction. Fractions range from 0 to 1.
public struct DatagramFaults: Sendable, Hashable {
    /// True if all datagrams are dropped.
    public var isBlackHole = false
    /// The fraction that is dropped.
    public var dropped = 0.0
    /// The fraction that arrives twice.
    public var duplicated = 0.0
    /// The fraction that arrives with one byte changed.
    public var corrupted = 0.0
    /// The fraction that is held back until the next datagram has passed.
    public var reordered = 0.0
    /// The additional delay of all datagrams.
    public var delay = Duration.zero

    /// No faults.
    public init() {}
}
