// SPDX-License-Identifier: Apache-2.0

/// What a fault proxy does to datagrams going one way. Fractions are from 0 to 1.
public struct DatagramFaults: Sendable, Hashable {
    /// Nothing comes through.
    public var isBlackHole = false
    /// The fraction that is lost.
    public var dropped = 0.0
    /// The fraction that arrives twice.
    public var duplicated = 0.0
    /// The fraction that arrives with one byte changed.
    public var corrupted = 0.0
    /// The fraction that is overtaken: held back until the next datagram has gone by.
    public var reordered = 0.0
    /// How much later all of them arrive.
    public var delay = Duration.zero

    /// No faults.
    public init() {}
}
