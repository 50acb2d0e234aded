// SPDX-License-Identifier: Apache-2.0

/// The use of an endpoint, from the pick until it is reported how it went.
///
/// ```swift
/// let lease = try balancer.pick()
/// // ... talk to lease.endpoint ...
/// lease.finish(.success)
/// ```
///
/// It is finished once, because it is gone then: the compiler sees to that. One that is dropped without a word counts as
/// ``Outcome/neutral``. Where closures have to share one, there is ``SharedLease``.
public struct Lease: ~Copyable, Sendable {
    /// What is special about a lease.
    public struct Flags: OptionSet, Hashable, Sendable {
        /// The flags as bits.
        public let rawValue: UInt8

        /// Flags from bits.
        public init(rawValue: UInt8) {
            self.rawValue = rawValue
        }

        /// No endpoint is well, as far as is known, and this is the least bad.
        public static let failOpen = Flags(rawValue: 1)
        /// The endpoint was ejected, and this request is to show whether it is well again.
        public static let probation = Flags(rawValue: 2)
        /// The set of endpoints is an old one, because Consul cannot be asked.
        public static let stale = Flags(rawValue: 4)
        /// Nobody has used the endpoint for long, and this request is to show how it is now.
        public static let exploration = Flags(rawValue: 8)
    }

    /// Where to connect to. The host and the port stay the same; what else is known of them (weight, tags) is as it was listed
    /// last.
    public var endpoint: Endpoint { withRecord { $0.endpoint } }

    /// What is special about it.
    public let flags: Flags

    /// How it will turn out to have gone when it is finished by ``LoadBalancer/withLease(_:attempts:classifying:_:)``, whatever the
    /// body throws or does not throw; `nil` to go by that.
    public var outcome: Outcome?

    /// Kept alive by being counted as in use, and not by a reference of its own: that would be one more counter for threads
    /// to meet at. `Unmanaged` is safe here because the lease cannot be copied, and gives back exactly once.
    private let record: Unmanaged<EndpointRecord>
    private let startedAt: Moment
    private var answeredAt = Moment.distantPast
    private let life: UInt32
    private var countsLatency = true
    private var isFinished = false

    /// - Returns: `nil` if nobody was drawn.
    @inline(__always)
    init?(_ draw: Draw) {
        guard let record = draw.record else { return nil }
        self.record = record
        startedAt = draw.startedAt
        flags = draw.flags
        life = record._withUnsafeGuaranteedRef { $0.load.life }
    }

    func withRecord<Output>(_ body: (EndpointRecord) -> Output) -> Output {
        record._withUnsafeGuaranteedRef(body)
    }

    /// Ends the lease.
    public consuming func finish(_ outcome: Outcome) {
        isFinished = true
        conclude(outcome)
    }

    /// Says that the answer has begun. The time until now is what counts, and not how long the answer takes to read.
    /// Only the first call does anything. An endpoint that was on probation is trusted again from then on.
    public mutating func markFirstByte() {
        if startedAt != .distantPast, answeredAt == .distantPast { answeredAt = withRecord { $0.context.now } }
        // Only the first one finds the endpoint on probation still.
        if flags.contains(.probation) { withRecord { $0.takeProbeAnswer(report(.success)) } }
    }

    /// Says that the time until the end says nothing about the endpoint: for streams, long polls and connections that are
    /// kept.
    public mutating func ignoreLatency() {
        if startedAt != .distantPast, countsLatency { withRecord { $0.load.excuse() } }
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
        EndpointRecord.giveBack(record)
    }

    deinit {
        guard !isFinished else { return }
        // Nothing is learnt from a lease without a time that ends without a word.
        if startedAt == .distantPast, !flags.contains(.probation) {
            EndpointRecord.giveBack(record)
        } else {
            conclude(.neutral)
        }
    }
}
