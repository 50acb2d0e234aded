// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers
import ResolverSupport

/// Carries out the decisions of a ``BlockingQuery`` for all subscribers of one watch.
struct WatchLoop<Value: Equatable & Sendable>: Sendable {
    /// Queries Consul: as a blocking query with parameters, for the current state without.
    typealias Fetch = @Sendable (BlockingParameters?) async throws -> ConsulAnswer<Value>
    /// Reads the current state from any server, alongside a blocking query.
    typealias Check = @Sendable () async throws -> ConsulAnswer<Value>

    private typealias Reply = Result<ConsulAnswer<Value>, ConsulHTTPError>

    private let fetch: Fetch
    private let check: Check?
    private let channel: WatchChannel<Value>
    private let surroundings: WatchSurroundings
    private let logger: Logger
    /// The lane of the checks.
    private let lane: Lane
    private var query: BlockingQuery
    private var pace: CheckPace
    private var state: WatchedState<Value>

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
        state = WatchedState(hasGrowingIndexes: policy.hasGrowingIndexes)
        pace = CheckPace(policy: policy)
    }

    /// Runs until there are no subscribers, the task is canceled, or a failure is permanent.
    ///
    /// The subscribers are only counted between steps. A query that is dropped would keep its slot on the agent until
    /// its wait is over, so dropping it frees no slot, while a returning subscriber can still use it. A pause that is
    /// cut short would let subscribers that come and go undo the backoff. Both end within a minute or so.
    mutating func run() async {
        var step = query.begin(at: now, chance: chance)
        while !Task.isCancelled, channel.isWatched() {
            switch step {
            case .ask(let parameters):
                step = await ask(parameters)
            case .wait(let time):
                // The sleep throws only if the task is canceled, which the loop's condition detects.
                try? await surroundings.time.sleep(now + time)
                step = query.timerFired(at: now, chance: chance)
            case .finish:
                return channel.finish(throwing: state.update.interruption)
            }
        }
        channel.finish(throwing: nil)
    }

    private var now: Moment { surroundings.time.now() }
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
            logger.debug("too many blocking queries are in flight; this watch polls")
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
            logger.debug("the index went back from \(parameters?.index ?? 0) to \(index ?? 0); querying without it")
        }
        if reaction.indexesDiffer {
            logger.notice(
                """
                the index goes back repeatedly, so this watch sends fewer queries; are there servers of several \
                clusters behind one address?
                """
            )
        }
        if wasInterrupted { logger.debug("the watch is no longer interrupted") }
        channel.publish(state.update, isNews: reaction.isNews)
        return reaction.step
    }

    private mutating func take(_ error: ConsulHTTPError) -> BlockingQuery.Step {
        // The error of a canceled query is ignored: the loop is about to end.
        if Task.isCancelled { return .wait(.zero) }
        let reaction = query.failed(error, at: now, chance: chance)
        if reaction.isSilent { return reaction.step }
        let isNews = state.failed(error)
        if isNews { logger.debug("the watch is interrupted: \(error)") }
        if reaction.step != .finish { channel.publish(state.update, isNews: isNews) }
        return reaction.step
    }

    private static func reply(_ ask: () async throws -> ConsulAnswer<Value>) async -> Reply {
        do { return .success(try await ask()) } catch { return .failure(explained(error)) }
    }

    /// Maps unexpected errors to a transient one, so that they do not end the watch.
    private static func explained(_ error: any Error) -> ConsulHTTPError {
        error as? ConsulHTTPError
            ?? ConsulHTTPError(.transport, "the query failed: \(error)", isRetryable: true, underlying: error)
    }
}

// MARK: - Checks

extension WatchLoop {
    private enum Event: Sendable {
        case answered(Reply)
        case checked(Reply, took: Duration)
    }

    /// Waits for the answer to a blocking query, and checks from time to time for other changes.
    ///
    /// - Returns: The answer, and true if it comes from a check: then the blocking query has been dropped.
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
                        // A single difference may be a change that the blocking query is about to return.
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
                try await time.sleep(time.now() + pause)
                // A query without subscribers is left to end by itself, without checks.
                while !channel.hasSubscribers { try await time.sleep(time.now() + interval) }
                return try await permits.withPermit(in: lane) {
                    let start = time.now()
                    defer { took = start.duration(to: time.now()) }
                    return try await check()
                }
            }
            return .checked(reply, took: took)
        }
    }

    /// - Returns: True if the check's answer should replace that of the pending blocking query.
    private mutating func take(check reply: Reply) -> Bool {
        switch reply {
        case .success(let answer):
            switch state.checked(answer, at: now) {
            case .nothing: channel.publish(state.update, isNews: false)
            case .news: channel.publish(state.update, isNews: true)
            case .answersQuestion:
                logger.debug("a check shows other content than the blocking query")
                return true
            }
        case .failure(let error) where error.isConsulsWord:
            let isNews = state.failed(error)
            if isNews { logger.debug("a check fails: \(error)") }
            channel.publish(state.update, isNews: isNews)
        case .failure:
            // The blocking query still has its connection, and fails by itself if the agent is gone.
            break
        }
        return false
    }
}

extension Result where Failure == ConsulHTTPError {
    /// True if the agent has answered, and so has finished the query.
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
