// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
import ResolverSupport

/// A durable topic in the key/value store: messages in one order, delivered at least once, across restarts of
/// publishers, consumers, agents and servers.
///
/// ```swift
/// let orders = try Topic(consul, "topics/orders", retention: TopicRetention(count: 10_000))
/// try await orders.publish(Array("order 4711".utf8))
///
/// let billing = try await orders.consumer("billing")
/// for try await delivery in try billing.messages {
///     guard case .message(let message) = delivery else { continue }
///     try await bill(message)
///     try await billing.acknowledge(message)
/// }
/// ```
///
/// **Cost.** Each publication is one transaction, and so one write to the log of all servers: measured, a publisher
/// comes to as many messages a second as writes of one key, one after another. ``publish(contentsOf:)`` shares one write
/// among up to 32 messages. Each acknowledgment is one more write. A topic is for announcements and work orders, not for
/// streams of data. All readers in a process share one watch of the head.
///
/// **Order.** A head entry holds the last position, and each publication replaces it by check-and-set together with its
/// messages. Publishers of one process take turns, and those of several processes repeat the attempt.
///
/// **Lost answers.** If the answer to a publication is lost, the topic itself shows whether it was applied, and
/// ``publish(_:id:)`` repeats it only if it was not. If it has to give up, the message may or may not be in the topic:
/// publish it again with the same ID, by which consumers detect the duplicate.
///
/// A topic may be used by any task. Use one instance for all publishers of a process.
public final class Topic: Sendable {
    /// The size in bytes of the largest payload, of all messages of one publication together: 256 KiB. Consul takes
    /// transactions of 512 KiB in Base64.
    package static let payloadLimit = 256 << 10

    /// The maximum number of messages in one publication. A transaction has 64 operations on Consul 1.8, and some of
    /// them delete expired messages.
    static let batchLimit = 32

    /// The key below which the topic is stored.
    package let name: String

    let store: TopicStore
    private let retention: TopicRetention
    private let clock: @Sendable () -> Int64
    private let turn = PublishTurn()

    /// Creates a topic object. It sends no request: the first publication creates the topic.
    ///
    /// - Parameters:
    ///   - client: The client of an agent.
    ///   - name: The key below which the topic is stored, such as `topics/orders`. The token needs to read it, and to
    ///     write it for publishers and consumers with a name.
    ///   - datacenter: The datacenter of the topic. Default `nil`: the client's, or else the agent's.
    ///   - retention: The messages that publishers keep. Default: the last 1000. The limits of the object that
    ///     publishes count, so all publishers should have the same.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for an invalid name.
    public convenience init(
        _ client: ConsulHTTPClient,
        _ name: String,
        datacenter: String? = nil,
        retention: TopicRetention = TopicRetention()
    ) throws(CoordinationError) {
        try self.init(client, name, datacenter: datacenter, retention: retention, clock: WallClock.system)
    }

    /// - Parameter clock: Returns the time in seconds since 1970.
    init(
        _ client: ConsulHTTPClient,
        _ name: String,
        datacenter: String? = nil,
        retention: TopicRetention = TopicRetention(),
        clock: @escaping @Sendable () -> Int64
    ) throws(CoordinationError) {
        try KeyRules.check(name)
        guard !name.hasSuffix("/") else {
            throw CoordinationError(.invalidArgument, "\"\(name)\" names no topic: a name does not end with a slash")
        }
        guard retention.count > 0, retention.age.map({ $0 > .zero }) ?? true else {
            throw CoordinationError(.invalidArgument, "a topic keeps at least one message, and messages of some age")
        }
        self.name = name
        self.retention = retention
        self.clock = clock
        store = TopicStore(store: KeyValueStore(client, datacenter: datacenter), name: name)
    }

    // MARK: Publishing

    /// Publishes a message.
    ///
    /// - Parameters:
    ///   - payload: The payload, at most 256 KiB.
    ///   - id: The ID of the message, not empty. Default `nil`: a random one. Pass the same ID to publish a message
    ///     again after an error.
    /// - Returns: The position of the message.
    /// - Throws: ``CoordinationError`` for an invalid argument, for a key that holds data of another program, or if
    ///   Consul refuses the transaction; ``/ConsulHTTP/ConsulHTTPError`` after five failures, or at once if another
    ///   attempt would fail too; `CancellationError`. After the last two, the message may have been published.
    @discardableResult
    public func publish(_ payload: [UInt8], id: String? = nil) async throws -> UInt64 {
        try await publish([(id: id ?? RandomName.make(), payload: payload)]).lowerBound
    }

    /// Publishes messages together: all of them in successive positions, or not at all.
    ///
    /// - Parameter payloads: The payloads of 1 to 32 messages, together at most 256 KiB.
    /// - Returns: The positions of the messages.
    /// - Throws: The errors of ``publish(_:id:)``.
    @discardableResult
    public func publish(contentsOf payloads: [[UInt8]]) async throws -> ClosedRange<UInt64> {
        try await publish(payloads.map { (id: RandomName.make(), payload: $0) })
    }

    private func publish(_ messages: [(id: String, payload: [UInt8])]) async throws -> ClosedRange<UInt64> {
        guard (1...Self.batchLimit).contains(messages.count), messages.allSatisfy({ !$0.id.isEmpty }) else {
            throw CoordinationError(
                .invalidArgument,
                "a publication has 1 to \(Self.batchLimit) messages, each with an ID that is not empty"
            )
        }
        let size = messages.reduce(0) { $0 + $1.payload.count + $1.id.utf8.count }
        guard size <= Self.payloadLimit else {
            throw CoordinationError(
                .invalidArgument,
                "the messages have \(size) bytes together, but at most \(Self.payloadLimit) are allowed"
            )
        }
        return try await turn.take { head in try await publish(messages, onto: &head) }
    }

    /// Carries out the decisions of a ``TopicPublication``.
    private func publish(
        _ messages: [(id: String, payload: [UInt8])],
        onto head: inout TopicStore.KnownHead?
    ) async throws -> ClosedRange<UInt64> {
        let time = clock()
        var publication = TopicPublication(id: messages[0].id, count: messages.count, at: time, retention: retention)
        var step = publication.begin(with: head)
        var lastError: (any Error)?
        // After any error, the next publisher reads the head.
        head = nil
        while true {
            try Task.checkCancellation()
            var isCommit = false
            do {
                switch step {
                case .readHead(let pause):
                    if pause > .zero { try await Task.sleep(for: pause) }
                    step = publication.headRead(try await store.head(.consistent))
                case .readMessage(let sequence):
                    step = publication.messageRead(try await store.message(sequence)?.id, at: sequence)
                case .commit(let attempt):
                    isCommit = true
                    head = try await commit(messages, as: attempt, at: time)
                    step = publication.committed()
                case .published(let sequences):
                    return sequences
                case .fail:
                    throw lastError ?? CoordinationError(.refused, "the publication cannot succeed")
                }
            } catch let refusal as TransactionRefusal {
                lastError = CoordinationError(
                    .refused,
                    "Consul refused to publish in \"\(name)\"",
                    underlying: refusal
                )
                step = publication.refused(chance: .random(in: 0..<1))
            } catch let error as ConsulHTTPError {
                if step == .fail { throw error }
                lastError = error
                step = publication.failed(
                    isDoubtful: isCommit && !error.isRetryable,
                    isFinal: error.isFinal,
                    chance: .random(in: 0..<1)
                )
            }
        }
    }

    /// Writes messages and head.
    ///
    /// - Returns: The new head; `nil` if the answer does not have its index.
    private func commit(
        _ messages: [(id: String, payload: [UInt8])],
        as attempt: TopicPublication.Attempt,
        at time: Int64
    ) async throws -> TopicStore.KnownHead? {
        var operations: [KeyValueTransaction.Operation] = [
            .set(store.headKey, attempt.head.stored, flags: TopicHead.flags, ifUnchangedSince: attempt.index)
        ]
        for (sequence, message) in zip(attempt.new, messages) {
            let stored = TopicMessage(
                sequence: sequence,
                id: message.id,
                published: .seconds(time),
                payload: message.payload
            ).stored
            // Without a condition: the head guards the position, and a message of a deleted topic may be in the way.
            operations.append(.set(store.messageKey(sequence), stored))
        }
        operations += attempt.expired.map { .delete(store.messageKey($0)) }
        let written = try await store.store.commit(operations).first
        guard let written, written.key == store.headKey, written.modifyIndex > 0 else { return nil }
        return TopicStore.KnownHead(head: attempt.head, index: written.modifyIndex)
    }
}

extension ConsulHTTPError {
    /// True if the same request would fail again.
    fileprivate var isFinal: Bool {
        switch code {
        case .denied, .badRequest, .notFound, .noSuchDatacenter, .tls, .tokenUnavailable, .closed: true
        default: false
        }
    }
}
