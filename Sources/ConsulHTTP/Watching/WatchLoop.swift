// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers

/// Does what a ``BlockingQuery`` decides, for all who watch one thing.
struct WatchLoop<Value: Equatable & Sendable>: Sendable {
    /// Asks Consul: so that it waits for a change, or for what is there now.
    typealias Fetch = @Sendable (BlockingParameters?) async throws -> ConsulAnswer<Value>

    private let fetch: Fetch
    private let channel: WatchChannel<Value>
    private let surroundings: WatchSurroundings
    private let logger: Logger
    private var query: BlockingQuery
    private var update = WatchUpdate<Value>()

    init(
        name: String,
        policy: WatchPolicy,
        surroundings: WatchSurroundings,
        channel: WatchChannel<Value>,
        fetch: @escaping Fetch
    ) {
        self.fetch = fetch
        self.channel = channel
        self.surroundings = surroundings
        var logger = surroundings.logger
        logger[metadataKey: "consul.watch"] = "\(name)"
        self.logger = logger
        query = BlockingQuery(policy: policy)
    }

    /// Runs until nobody watches any more, the task is cancelled, or a failure is final.
    ///
    /// Whether anybody watches is looked at between steps only. A question that is dropped would keep its slot on the
    /// agent until its wait is over, so dropping it frees nothing, while a subscriber who comes back can still use it; a
    /// pause that is cut short would let subscribers who come and go undo the backoff. Either ends within a minute or so.
    mutating func run() async {
        var step = query.begin(at: now, chance: chance)
        while !Task.isCancelled, channel.isWatched() {
            switch step {
            case .ask(let parameters):
                step = await ask(parameters)
            case .wait(let time):
                // It only throws when the task is cancelled, which is seen above.
                try? await surroundings.time.sleep(time)
                step = query.timerFired(at: now, chance: chance)
            case .finish:
                return channel.finish(throwing: update.interruption)
            }
        }
        channel.finish(throwing: nil)
    }

    private var now: ContinuousClock.Instant { surroundings.time.now() }
    private var chance: Double { surroundings.chance() }
}

// MARK: - One question

extension WatchLoop {
    private mutating func ask(_ parameters: BlockingParameters?) async -> BlockingQuery.Step {
        let askedAt = now
        if parameters != nil, !surroundings.permits.withLockedValue({ $0.take(at: askedAt) }) {
            logger.debug("too many watches wait at Consul; this one asks now and then")
            return query.permitRefused(at: askedAt, chance: chance)
        }
        do {
            let answer = try await fetch(parameters)
            if parameters != nil { surroundings.permits.withLockedValue { $0.giveBack() } }
            return take(answer, to: parameters)
        } catch {
            let error = Self.explained(error)
            if let parameters { returnPermit(of: parameters, askedAt: askedAt, after: error) }
            return take(error)
        }
    }

    private mutating func take(_ answer: ConsulAnswer<Value>, to parameters: BlockingParameters?) -> BlockingQuery.Step
    {
        // Whether anybody leads is part of what is known: without a leader, nothing here will change for a while.
        let isNew =
            update.answer?.value != answer.value
            || update.answer?.metadata.knownLeader != answer.metadata.knownLeader
        // Nor would the return of a leader wake a question that waits for this: it is asked for now and then instead.
        let index = answer.metadata.knownLeader == false ? nil : answer.metadata.index
        let reaction = query.answered(index: index, isNew: isNew, at: now, chance: chance)
        if reaction.indexWentBack {
            logger.debug("the index went back from \(parameters?.index ?? 0) to \(index ?? 0); asking anew")
        }
        if update.interruption != nil { logger.debug("Consul can be asked again") }
        update.answer = answer
        update.confirmed = now
        update.interruption = nil
        channel.publish(update, isNews: reaction.isNews)
        return reaction.step
    }

    private mutating func take(_ error: ConsulHTTPError) -> BlockingQuery.Step {
        // What a cancelled question says is nobody's business: the loop is about to end.
        if Task.isCancelled { return .wait(.zero) }
        let reaction = query.failed(error, at: now, chance: chance)
        if reaction.isNews { logger.debug("Consul cannot be asked: \(error)") }
        update.interruption = error
        if reaction.step != .finish { channel.publish(update, isNews: reaction.isNews) }
        return reaction.step
    }

    private func returnPermit(
        of parameters: BlockingParameters,
        askedAt: ContinuousClock.Instant,
        after error: ConsulHTTPError
    ) {
        let isAnswered = error.code != .transport && error.code != .timedOut
        surroundings.permits.withLockedValue { permits in
            if isAnswered { permits.giveBack() } else { permits.lose(until: askedAt + parameters.longest) }
        }
    }

    /// Anything else than what is promised is taken for a passing trouble: a watch that dies of it helps nobody.
    private static func explained(_ error: any Error) -> ConsulHTTPError {
        error as? ConsulHTTPError
            ?? ConsulHTTPError(.transport, "asking Consul failed: \(error)", isRetryable: true, underlying: error)
    }
}
