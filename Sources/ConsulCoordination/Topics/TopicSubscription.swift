// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
import ResolverSupport

/// An element of a ``TopicSubscription``.
public enum TopicDelivery: Sendable {
    /// The next message.
    case message(TopicMessage)

    /// Messages are gone that have not been delivered: the topic's retention has deleted them, or another program has.
    /// The positions are `nil` if they are unknown, because the topic was deleted and created again, or because Consul
    /// was restored from an older snapshot. After the latter, messages may be delivered again.
    case gap(missing: Range<UInt64>?)

    /// Consul cannot be read at the moment. The subscription goes on by itself when it can, and misses no message as
    /// long as the topic keeps it.
    case interrupted(ConsulHTTPError)
}

/// The first message that a reader of a ``Topic`` receives.
public struct TopicStart: Hashable, Sendable {
    private let sequence: UInt64?

    /// The oldest message that the topic keeps.
    public static let beginning = TopicStart(sequence: 0)

    /// The first message that is published from now on.
    public static let end = TopicStart(sequence: nil)

    /// The message at a position. If the topic does not keep it any more, the reader begins with
    /// ``TopicDelivery/gap(missing:)``; if it does not exist yet, with the first message from now on.
    public static func at(_ sequence: UInt64) -> TopicStart { TopicStart(sequence: max(sequence, 1)) }

    /// Returns the position in a topic; `nil` stands for a topic without messages.
    func position(in head: TopicHead?) -> TopicPosition {
        guard let head else { return TopicPosition(topic: nil, next: 1) }
        guard let sequence else { return TopicPosition(topic: head.id, next: head.last + 1) }
        // A position beyond the end cannot be waited for: a reader that far ahead looks like one of a restored Consul.
        return TopicPosition(topic: head.id, next: sequence == 0 ? head.first : min(sequence, head.last + 1))
    }
}

extension Topic {
    /// Subscribes to the messages of the topic, without storing how far they were read. ``consumer(_:from:)`` stores it.
    ///
    /// - Parameter start: The first message. Default ``TopicStart/end``: the first one that is published after this
    ///   method has returned.
    /// - Throws: ``CoordinationError`` if the key holds data of another program; ``/ConsulHTTP/ConsulHTTPError``;
    ///   `CancellationError`.
    public func subscribe(from start: TopicStart = .end) async throws -> TopicSubscription {
        let position = start.position(in: try await store.head(.consistent).head)
        return TopicSubscription(store: store, heads: try store.heads()) { position }
    }
}

/// A subscription to the messages of a ``Topic``, in order, each at least once.
///
/// An iteration ends when its task is canceled or the client is shut down. Outages of Consul do not end it. It throws if
/// Consul refuses its query as invalid, or if the client was shut down before it began.
public struct TopicSubscription: AsyncSequence, Sendable {
    let store: TopicStore
    let heads: ConsulWatch<TopicHead?>
    let start: @Sendable () -> TopicPosition

    /// Begins an iteration: at the start of the subscription, or after the last message that its consumer acknowledged.
    public func makeAsyncIterator() -> Iterator {
        Iterator(store: store, heads: heads.makeAsyncIterator(), reading: TopicReading(at: start()))
    }

    /// The iterator of one subscriber. It holds at most ten messages.
    public struct Iterator: AsyncIteratorProtocol {
        private let store: TopicStore
        private var heads: ConsulWatch<TopicHead?>.Iterator
        private var reading: TopicReading
        private var backoff = Backoff(initial: .milliseconds(200), maximum: .seconds(10), jitter: .half)
        /// The pause before the next read, after one that failed.
        private var pause = Duration.zero

        init(store: TopicStore, heads: ConsulWatch<TopicHead?>.Iterator, reading: TopicReading) {
            (self.store, self.heads, self.reading) = (store, heads, reading)
        }

        /// Waits for the next element.
        ///
        /// - Returns: The element; `nil` if the task was canceled, or if the client was shut down in the meantime.
        /// - Throws: The error that ended the subscription, once; later calls return `nil`.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ConsulHTTPError) -> TopicDelivery? {
            while !Task.isCancelled {
                switch reading.step() {
                case .deliver(let message): return .message(message)
                case .gap(let missing): return .gap(missing: missing)
                case .wait:
                    guard let update = try await heads.next(isolation: actor) else { return nil }
                    if let answer = update.answer { reading.headRead(answer.value) }
                    if let error = update.interruption { return .interrupted(error) }
                case let step:
                    do {
                        if let missing = try await read(step, isolation: actor) { return .gap(missing: missing) }
                    } catch let error as ConsulHTTPError {
                        // The client was shut down.
                        if error.code == .closed { return nil }
                        pause = backoff.next(chance: .random(in: 0..<1))
                        return .interrupted(error)
                    } catch {
                        return try interruption(error)
                    }
                }
            }
            return nil
        }

        /// Carries out a step that reads.
        ///
        /// - Returns: The positions of messages that turn out to be gone, if any.
        private mutating func read(
            _ step: TopicReading.Step,
            isolation actor: isolated (any Actor)?
        ) async throws -> Range<UInt64>? {
            if pause > .zero { try await Task.sleep(for: pause) }
            var missing: Range<UInt64>?
            switch step {
            case .read(let sequence):
                reading.blockRead(try await store.block(of: sequence))
            case .verify(let sequence):
                let head = try await store.head(.consistent).head
                let message = try await store.message(sequence)
                reading.headRead(head, isVerified: true)
                missing = reading.verified(sequence, message)
            case .verifyHead:
                reading.headRead(try await store.head(.consistent).head, isVerified: true)
            case .deliver, .gap, .wait: break
            }
            pause = .zero
            backoff.reset()
            return missing
        }

        /// Maps an error that is not Consul's: a canceled task, or a head that is damaged.
        private mutating func interruption(_ error: any Error) throws(ConsulHTTPError) -> TopicDelivery? {
            guard !(error is CancellationError) else { return nil }
            pause = backoff.next(chance: .random(in: 0..<1))
            return .interrupted(ConsulHTTPError(.undecodable, "the topic cannot be read: \(error)", underlying: error))
        }
    }
}
