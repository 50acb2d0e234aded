// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers

/// Does what a ``BlockingQuery`` decides, for all who watch one thing.
struct WatchLoop<Value: Equatable & Sendable>: Sendable {
    /// Asks Consul: so that it waits for a change, or for what is there now.
    typealias Fetch = @Sendable (BlockingParameters?) async throws -> ConsulAnswer<Value>
    /// Asks any server for what is there now, beside a question that waits.
    typealias Check = @Sendable () async throws -> ConsulAnswer<Value>

    private typealias Reply = Result<ConsulAnswer<Value>, ConsulHTTPError>

    private let fetch: Fetch
    private let check: Check?
    private let channel: WatchChannel<Value>
    private let surroundings: WatchSurroundings
    private let logger: Logger
    /// The lane of its checks.
    private let lane: Lane
    private var query: BlockingQuery
    private var pace: CheckPace
    private var state = WatchedState<Value>()

    init(
        name: String,
        policy: WatchPolicy,
        surroundings: WatchSurroundings,
        channel: WatchChannel<Value>,
        datacenter: String? = nil,
        fetch: @escaping Fetch,
        check: Check?
    ) {
        self.fetch = fetch
        self.check = check
        self.channel = channel
        self.surroundings = surroundings
        lane = Lane(purpose: .check, datacenter: datacenter)
        var logger = surroundings.logger
        logger[metadataKey: "consul.watch"] = "\(name)"
        self.logger = logger
        query = BlockingQuery(policy: policy)
        pace = CheckPace(policy: policy)
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
                return channel.finish(throwing: state.update.interruption)
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
        guard let parameters else {
            let reply = await Self.reply { [fetch] in try await fetch(nil) }
            pace.plainReadEnded(at: now, chance: chance)
            return take(reply, to: nil)
        }
        guard surroundings.permits.withLockedValue({ $0.take(at: askedAt) }) else {
            logger.debug("too many watches wait at Consul; this one asks now and then")
            return query.permitRefused(at: askedAt, chance: chance)
        }
        let (reply, isDropped) = await wait(parameters)
        let isAnswered = !isDropped && reply.isFromAgent
        surroundings.permits.withLockedValue { permits in
            if isAnswered { permits.giveBack() } else { permits.lose(until: askedAt + parameters.longest) }
        }
        return take(reply, to: parameters)
    }

    private mutating func take(_ reply: Reply, to parameters: BlockingParameters?) -> BlockingQuery.Step {
        switch reply {
        case .success(let answer): take(answer, to: parameters)
        case .failure(let error): take(error)
        }
    }

    private mutating func take(_ answer: ConsulAnswer<Value>, to parameters: BlockingParameters?) -> BlockingQuery.Step
    {
        let wasInterrupted = state.update.interruption != nil
        let isNews = state.answered(answer, at: now)
        let index = answer.metadata.index
        let reaction = query.answered(index: index, isNew: isNews, at: now, chance: chance)
        if reaction.indexWentBack {
            logger.debug("the index went back from \(parameters?.index ?? 0) to \(index ?? 0); asking anew")
        }
        if reaction.indexesDiffer {
            logger.notice(
                """
                the index goes back again and again, so this watch asks more seldom; are there servers of several clusters \
                behind one address?
                """
            )
        }
        if wasInterrupted { logger.debug("Consul can be asked again") }
        channel.publish(state.update, isNews: reaction.isNews)
        return reaction.step
    }

    private mutating func take(_ error: ConsulHTTPError) -> BlockingQuery.Step {
        // What a cancelled question says is nobody's business: the loop is about to end.
        if Task.isCancelled { return .wait(.zero) }
        let reaction = query.failed(error, at: now, chance: chance)
        if reaction.isSilent { return reaction.step }
        let isNews = state.failed(error)
        if isNews { logger.debug("Consul cannot be asked: \(error)") }
        if reaction.step != .finish { channel.publish(state.update, isNews: isNews) }
        return reaction.step
    }

    private static func reply(_ ask: () async throws -> ConsulAnswer<Value>) async -> Reply {
        do { return .success(try await ask()) } catch { return .failure(explained(error)) }
    }

    /// Anything else than what is promised is taken for a passing trouble: a watch that dies of it helps nobody.
    private static func explained(_ error: any Error) -> ConsulHTTPError {
        error as? ConsulHTTPError
            ?? ConsulHTTPError(.transport, "asking Consul failed: \(error)", isRetryable: true, underlying: error)
    }
}

// MARK: - Checks

extension WatchLoop {
    private enum Event: Sendable {
        case answered(Reply)
        case checked(Reply, took: Duration)
    }

    /// Waits for the answer to a question that waits for a change, and checks now and then what else has changed.
    ///
    /// - Returns: The answer, and whether it is a check's: then the question has been dropped.
    private mutating func wait(_ parameters: BlockingParameters) async -> (Reply, isDropped: Bool) {
        guard check != nil else { return (await Self.reply { [fetch] in try await fetch(parameters) }, false) }
        return await withTaskGroup(of: Event.self) { group in
            defer { group.cancelAll() }
            group.addTask { [fetch] in .answered(await Self.reply { try await fetch(parameters) }) }
            addCheck(to: &group)
            var isOvertaken = false
            while let event = await group.next() {
                switch event {
                case .answered(let reply):
                    return (reply, false)
                case .checked(let reply, let took):
                    pace.checkEnded(took: took, succeeded: reply.isSuccess, at: now, chance: chance)
                    if Task.isCancelled { continue }
                    if take(check: reply) {
                        // Once may be a change that is on its way to the question as well.
                        if isOvertaken { return (reply, true) }
                        isOvertaken = true
                        pace.checkAgain(at: now)
                    } else {
                        isOvertaken = false
                    }
                    addCheck(to: &group)
                }
            }
            return (.failure(.clientClosed), false)
        }
    }

    private func addCheck(to group: inout TaskGroup<Event>) {
        guard let check else { return }
        group.addTask {
            [channel, surroundings, lane, interval = query.policy.checkInterval, pause = pace.pause(at: now)] in
            let (time, permits) = (surroundings.time, surroundings.checkPermits)
            var took = Duration.zero
            let reply = await Self.reply {
                try await time.sleep(pause)
                // A question that no subscriber waits for is left to run out, without checks.
                while !channel.hasSubscribers { try await time.sleep(interval) }
                return try await permits.withPermit(in: lane) {
                    let start = time.now()
                    defer { took = start.duration(to: time.now()) }
                    return try await check()
                }
            }
            return .checked(reply, took: took)
        }
    }

    /// - Returns: Whether the check's answer is the answer to the question that still waits.
    private mutating func take(check reply: Reply) -> Bool {
        switch reply {
        case .success(let answer):
            switch state.checked(answer, at: now) {
            case .nothing: channel.publish(state.update, isNews: false)
            case .news: channel.publish(state.update, isNews: true)
            case .answersQuestion:
                logger.debug("a check shows another content than the question")
                return true
            }
        case .failure(let error) where error.isConsulsWord:
            let isNews = state.failed(error)
            if isNews { logger.debug("a check beside the question fails: \(error)") }
            channel.publish(state.update, isNews: isNews)
        case .failure:
            // The question still has its connection, and fails by itself if the agent is gone.
            break
        }
        return false
    }
}

extension ConsulHTTPError {
    /// Whether Consul has answered, and not only that it has too many connections.
    fileprivate var isConsulsWord: Bool { status != nil && code != .tooManyConnections }
}

extension Result where Failure == ConsulHTTPError {
    /// Whether the agent has answered, so that it is done with the question.
    fileprivate var isFromAgent: Bool {
        switch self {
        case .success: true
        case .failure(let error): error.code != .transport && error.code != .timedOut
        }
    }

    fileprivate var isSuccess: Bool {
        if case .success = self { true } else { false }
    }
}
