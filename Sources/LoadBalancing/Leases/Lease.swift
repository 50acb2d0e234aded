// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress
import ResolverSupport

/// The use of an endpoint, from the pick until its outcome is reported.
///
/// ```swift
/// let lease = try balancer.pick()
/// // ... connect to lease.hostPort ...
/// lease.finish(.success)
/// ```
///
/// Finishing consumes the lease, so the compiler ensures that it happens once. A lease that is dropped without a report
/// counts as ``Outcome/neutral``. Where closures have to share a lease, there is ``SharedLease``.
public struct Lease: ~Copyable, Sendable {
    /// Special properties of a lease.
    package struct Flags: OptionSet, Hashable, Sendable {
        /// The flags as bits.
        package let rawValue: UInt8

        /// Creates flags from bits.
        package init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// As far as is known, no endpoint is well, and this is the least bad.
        package static let failOpen = Flags(rawValue: 1)
        /// The endpoint was ejected, and this request shows whether it has recovered.
        package static let probation = Flags(rawValue: 2)
        /// The set of endpoints is an old one, because Consul cannot be queried.
        package static let stale = Flags(rawValue: 4)
        /// The endpoint has been unused for long, and this request shows how it is now.
        package static let exploration = Flags(rawValue: 8)
    }

    /// The host and the port to connect to, which stay the same for as long as the lease exists.
    ///
    /// Reading them takes no lock, and copies no reference unless the host is a name: threads do not contend for them.
    public var hostPort: HostPort { withRecord { $0.target } }

    /// A copy of the whole endpoint. Its host and port are those of ``hostPort``; its other properties (weight, tags)
    /// are as they were listed last.
    ///
    /// The copy takes a lock, and counts references that all threads share, which costs several times a pick. Where the
    /// host and the port are enough, use ``hostPort``.
    public var endpoint: Endpoint { withRecord { $0.endpoint } }

    /// Special properties of this lease.
    package let flags: Flags

    /// The outcome that ``LoadBalancer/withLease(_:attempts:classifying:_:)`` reports, whatever the body throws or does
    /// not throw; `nil` keeps the outcome that follows from that.
    public var outcome: Outcome?

    /// The record. Being counted as in use keeps it alive: a strong reference would be one more counter for threads to
    /// contend for.
    private let record: UncountedReference<EndpointRecord>
    private let startedAt: Moment
    private var answeredAt = Moment.distantPast
    private let life: UInt32
    /// The stripe in which the lease is counted (``LeaseCounts``).
    private let stripe: UInt8
    private var countsLatency = true
    private var isFinished = false

    /// - Returns: `nil` if no endpoint was picked.
    @inline(__always)
    init?(_ result: PickResult) {
        guard let record = result.record else { return nil }
        self.record = record
        startedAt = result.startedAt
        stripe = result.stripe
        flags = result.flags
        life = record.read { $0.counters.life }
    }

    func withRecord<Output>(_ body: (EndpointRecord) -> Output) -> Output { record.read(body) }

    /// Ends the lease, and reports its outcome.
    public consuming func finish(_ outcome: Outcome) {
        isFinished = true
        conclude(outcome)
    }

    /// Marks the beginning of the answer. The latency is the time until now, without the time that it takes to read the
    /// answer. Only the first call has an effect. An endpoint that was on probation is trusted again from then on.
    public mutating func markFirstByte() {
        if startedAt != .distantPast, answeredAt == .distantPast { answeredAt = withRecord { $0.context.now } }
        // Only the first call finds the endpoint still on probation.
        if flags.contains(.probation) { withRecord { $0.takeProbeAnswer(report(.success)) } }
    }

    /// Excludes the lease's duration from the latency of the endpoint: for streams, long polls and connections that are
    /// kept.
    public mutating func ignoreLatency() {
        if startedAt != .distantPast, countsLatency { withRecord { $0.counters.excuse() } }
        countsLatency = false
    }

    private func report(_ outcome: Outcome) -> LeaseReport {
        LeaseReport(
            outcome: outcome,
            startedAt: startedAt,
            answeredAt: answeredAt,
            countsLatency: countsLatency,
            life: life,
            isProbe: flags.contains(.probation),
            isExploration: flags.contains(.exploration)
        )
    }

    private func conclude(_ outcome: Outcome) {
        withRecord { $0.conclude(report(outcome)) }
        EndpointRecord.giveBack(record, in: Int(stripe))
    }

    deinit {
        guard !isFinished else { return }
        // A lease without a measured time that ends without a report carries no information.
        if startedAt == .distantPast, !flags.contains(.probation) {
            EndpointRecord.giveBack(record, in: Int(stripe))
        } else {
            conclude(.neutral)
        }
    }
}
