// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides how messages get into a topic exactly once, although other publishers write at the same time and answers get
/// lost.
///
/// Each attempt writes the messages and replaces the head by check-and-set. If another publisher was first, Consul
/// refuses the attempt. If the answer is lost, the attempt may have been applied, or may be applied later; then the head
/// and the message at the attempted position show the outcome. At most one attempt can succeed: an attempt that is
/// still under way has the index of a head that any later success replaces.
///
/// A pure value: outcomes of requests go in, the next request comes out.
struct TopicPublication: Sendable {
    /// The write of the messages at one position.
    struct Attempt: Hashable, Sendable {
        /// The new head.
        var head: TopicHead
        /// The index of the head that it replaces.
        var index: UInt64
        /// The positions of the messages.
        var new: ClosedRange<UInt64>
        /// The positions of the messages to delete.
        var expired: Range<UInt64>
    }

    enum Step: Hashable, Sendable {
        /// Let the time pass, then read the head.
        case readHead(after: Duration)
        /// Read a message.
        case readMessage(UInt64)
        /// Send the transaction.
        case commit(Attempt)
        /// The messages are at these positions.
        case published(ClosedRange<UInt64>)
        /// Throw the last error.
        case fail
    }

    /// The number of failures after which a publication fails.
    static let mostFailures = 5
    /// The number of refusals after which a publication fails: others are always first.
    static let mostRefusals = 1000
    private static let afterFailure = Backoff(initial: .milliseconds(200), maximum: .seconds(2), jitter: .full)
    private static let afterRefusal = Backoff(initial: .milliseconds(2), maximum: .milliseconds(50), jitter: .full)

    private let id: TopicMessage.ID
    private let count: Int
    private let time: Int64
    private let retention: TopicRetention
    /// The ID of the topic if this publication is its first.
    private let newTopic: String

    private var attempt: Attempt?
    /// True if Consul has refused ``attempt``.
    private var isRefused = false
    /// The attempts without an answer, by their first positions.
    private var doubtful: Set<UInt64> = []
    private var known: TopicStore.KnownHead?
    private var (failures, refusals) = (0, 0)

    /// - Parameters:
    ///   - id: The ID of the first message.
    ///   - count: The number of messages.
    ///   - time: The time of publication, in seconds since 1970.
    ///   - retention: The publisher's limits.
    ///   - newTopic: The ID of the topic if this publication is its first.
    init(
        id: TopicMessage.ID,
        count: Int,
        at time: Int64,
        retention: TopicRetention,
        newTopic: String = RandomName.make()
    ) {
        (self.id, self.count, self.time, self.retention) = (id, count, time, retention)
        self.newTopic = newTopic
    }

    /// Begins with the head of the last publication, if it is known.
    mutating func begin(with known: TopicStore.KnownHead?) -> Step {
        guard let known else { return .readHead(after: .zero) }
        return commit(onto: known)
    }

    /// Takes the head. It must come from a consistent read.
    mutating func headRead(_ head: TopicStore.KnownHead) -> Step {
        // An index never comes back. If it is the attempt's, then Consul had another reason for its refusal, such as a
        // token without the permission.
        if isRefused, head.index == attempt?.index { return .fail }
        known = head
        return decide(on: head)
    }

    /// Takes the message at the position of a doubtful attempt, from a consistent read; `nil` if it does not exist.
    mutating func messageRead(_ message: TopicMessage.ID?, at sequence: UInt64) -> Step {
        if message == id { return .published(sequence...sequence + UInt64(count - 1)) }
        doubtful.remove(sequence)
        guard let known else { return .readHead(after: .zero) }
        return decide(on: known)
    }

    /// Takes Consul's confirmation of the attempt.
    mutating func committed() -> Step {
        attempt.map { .published($0.new) } ?? .fail
    }

    /// Takes Consul's refusal of the attempt. The usual reason is that the head is not the one that it replaces.
    mutating func refused(chance: Double) -> Step {
        isRefused = true
        refusals += 1
        guard refusals < Self.mostRefusals else { return .fail }
        // The first refusal may only mean that the head is not the one of the last publication.
        let pause = refusals == 1 ? .zero : Self.afterRefusal.pause(after: refusals - 1, chance: chance)
        return .readHead(after: pause)
    }

    /// Takes an error.
    ///
    /// - Parameters:
    ///   - isDoubtful: True if an attempt was sent, and may have been applied.
    ///   - isFinal: True if another attempt would fail too.
    mutating func failed(isDoubtful: Bool, isFinal: Bool, chance: Double) -> Step {
        if isDoubtful, let attempt { doubtful.insert(attempt.new.lowerBound) }
        failures += 1
        guard !isFinal, failures < Self.mostFailures else { return .fail }
        return .readHead(after: Self.afterFailure.pause(after: failures, chance: chance))
    }

    // MARK: -

    private mutating func decide(on known: TopicStore.KnownHead) -> Step {
        if let head = known.head {
            // An attempt beyond the head has not been applied yet. It stays doubtful, and the next attempt competes
            // with it for the same head.
            if let position = doubtful.filter({ $0 <= head.last }).min() {
                if position >= head.first { return .readMessage(position) }
                // Retention has deleted the message that would show the outcome. Publishing again may duplicate it.
                doubtful.remove(position)
                return decide(on: known)
            }
        }
        return commit(onto: known)
    }

    private mutating func commit(onto known: TopicStore.KnownHead) -> Step {
        var head = known.head ?? TopicHead(id: newTopic)
        let (new, expired) = head.append(
            count,
            at: time,
            keeping: retention,
            expiringAtMost: TopicStore.operationLimit - 1 - count
        )
        let attempt = Attempt(head: head, index: known.index, new: new, expired: expired)
        (self.attempt, isRefused) = (attempt, false)
        return .commit(attempt)
    }
}
