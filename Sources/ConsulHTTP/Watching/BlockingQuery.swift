// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides which queries one watch sends, when, and which answers are news.
///
/// A pure value: each method takes an event and returns the next action. It reads no clock, sends no query and draws no
/// random numbers: every event carries its time and a random number in 0..<1.
struct BlockingQuery: Sendable {
    typealias Instant = Moment

    let policy: WatchPolicy

    /// The index of the last answer; 0 for a query that does not wait. It is only taken from the answer that brought
    /// the content; otherwise a change between two answers could be lost.
    private var index: UInt64 = 0
    /// The index that the query in flight waits on; 0 if it does not wait.
    private var askedIndex: UInt64 = 0
    /// The time of the last query without an index.
    private var lastPlain: Instant?
    /// The number of failures since the last answer.
    private var failures = 0
    /// True if Consul has ever answered, which proves that the query is valid.
    private var hasBeenAnswered = false
    /// The time at which a lost connection was last tolerated; `nil` if an answer has arrived since.
    private var lastForgiven: Instant?
    /// True if the next query repeats one whose connection was lost.
    private var isRepeatedAfterLoss = false
    /// True if it has been reported that indexes differ.
    private var indexesDiffer = false
    private var failureBackoff: FadingBackoff
    private var setbackBackoff: FadingBackoff
    /// True if a permit was refused and the pause after that has passed.
    private var isStarving = false
    private var pacer: RequestPacer

    init(policy: WatchPolicy = WatchPolicy()) {
        self.policy = policy
        pacer = RequestPacer(burst: policy.burst, spacing: policy.spacing)
        failureBackoff = policy.failureBackoff
        setbackBackoff = policy.setbackBackoff
    }
}

// MARK: - Events

extension BlockingQuery {
    /// Begins the watch.
    mutating func begin(at now: Instant, chance: Double) -> Step {
        ask(at: now, chance: chance)
    }

    /// Handles the end of the requested wait.
    mutating func timerFired(at now: Instant, chance: Double) -> Step {
        ask(at: now, chance: chance)
    }

    /// Handles an answer from Consul.
    ///
    /// - Parameters:
    ///   - newIndex: The answer's index.
    ///   - isNew: True if the content differs from the last. A changed index is no proof: an index belongs to a table
    ///     of Consul, and not to the watched object.
    mutating func answered(index newIndex: UInt64?, isNew: Bool, at now: Instant, chance: Double) -> Reaction {
        let isNews = isNew || failures > 0
        failures = 0
        hasBeenAnswered = true
        lastForgiven = nil
        isStarving = false
        failureBackoff.relief(at: now)
        guard let newIndex, newIndex > 0 else {
            index = 0
            return Reaction(isNews: isNews, step: .wait(policy.pollInterval * (1 - policy.waitJitter * chance)))
        }
        // The index went back: a snapshot was restored, or the agent has lost its memory. For the answering server, the
        // next index might lie in the future. The content is valid; the index is not. The index of an answer to a query
        // without one cannot have gone back.
        let wentBack = policy.hasGrowingIndexes && newIndex < askedIndex
        index = wentBack ? 0 : newIndex
        guard wentBack else {
            if askedIndex > 0 { setbackBackoff.relief(at: now) }
            return Reaction(isNews: isNews, step: ask(at: now, chance: chance))
        }
        let pause = setbackBackoff.trouble(at: now)
        let isFirstPause = pause > .zero && !indexesDiffer
        indexesDiffer = pause > .zero
        return Reaction(
            isNews: isNews,
            indexWentBack: true,
            indexesDiffer: isFirstPause,
            step: pause > .zero ? .wait(pause * (1 - policy.waitJitter * chance)) : ask(at: now, chance: chance)
        )
    }

    /// Handles a failure. The last value stays valid.
    mutating func failed(_ error: ConsulHTTPError, at now: Instant, chance: Double) -> Reaction {
        if askedIndex > 0, error.isLostConnection, isForgiven(at: now) {
            // Repeats the same query without reporting the failure. If an idle connection was closed, this has no cost;
            // if there is a real failure, the repetition shows it.
            isRepeatedAfterLoss = true
            return Reaction(isNews: false, isSilent: true, step: ask(at: now, chance: chance))
        }
        let isNews = failures == 0
        failures += 1
        isStarving = false
        // A blocking query would hide the recovery: if nothing has changed, it is answered only after the whole wait,
        // and until then Consul would count as unavailable. A query without an index also repairs an index that the
        // agent no longer knows.
        index = 0
        if isPermanent(error.code) { return Reaction(isNews: false, step: .finish) }
        let backoff = failureBackoff.trouble(at: now)
        var pause = backoff * chance
        if error.code == .badRequest {
            pause = policy.refusedRetry * (1 + policy.waitJitter * chance)
        } else if !error.isRetryable {
            pause = policy.slowRetry * (1 + policy.waitJitter * chance)
        }
        // The random part separates clients that received the same `Retry-After`.
        let wish = error.retryAfter.map {
            min(max($0, .zero), policy.longestRetryAfter) + policy.initialBackoff * chance
        }
        return Reaction(isNews: isNews, step: .wait(max(pause, wish ?? .zero)))
    }

    /// Returns true if a lost connection is tolerated without a report.
    private mutating func isForgiven(at now: Instant) -> Bool {
        if let lastForgiven, lastForgiven.duration(to: now) < policy.forgiveness { return false }
        guard failures == 0 else { return false }
        lastForgiven = now
        return true
    }

    /// Handles a refused permit: too many blocking queries are in flight.
    ///
    /// The watch requests a permit again every few seconds. After every second refusal, it sends a query that does not
    /// block.
    mutating func permitRefused(at now: Instant, chance: Double) -> Step {
        askedIndex = 0
        guard isStarving else {
            isStarving = true
            return .wait(policy.starvedInterval * (0.75 + 0.5 * chance))
        }
        isStarving = false
        lastPlain = now
        return .ask(nil)
    }
}

// MARK: - Decisions

extension BlockingQuery {
    /// Returns the next query, or the pause before it. Every query passes this method, also those that follow an answer
    /// at once: otherwise two servers with different indexes would cause a storm of queries.
    private mutating func ask(at now: Instant, chance: Double) -> Step {
        if let pause = pacer.admit(at: now) { return .wait(pause + policy.spacingJitter * chance) }
        if let lastPlain, lastPlain.duration(to: now) >= policy.resyncInterval { index = 0 }
        askedIndex = index
        guard index > 0 else {
            lastPlain = now
            return .ask(nil)
        }
        var longest = min(policy.wait, WatchPolicy.longestWait)
        if isRepeatedAfterLoss { longest = min(longest, policy.waitAfterLoss) }
        isRepeatedAfterLoss = false
        let wait = longest * (1 - policy.waitJitter * chance)
        return .ask(BlockingParameters(index: index, wait: wait))
    }

    private func isPermanent(_ code: ConsulHTTPError.Code) -> Bool {
        switch code {
        case .closed: true
        case .badRequest: !hasBeenAnswered
        case .notFound: policy.notFoundIsPermanent
        default: false
        }
    }
}

// MARK: - Steps and reactions

extension BlockingQuery {
    /// The next action of the watch.
    enum Step: Hashable {
        /// Send a query. With parameters, it is a blocking query, which needs a permit.
        case ask(BlockingParameters?)
        /// Let this time pass, then call ``timerFired(at:chance:)``.
        case wait(Duration)
        /// End the watch: the last failure is permanent.
        case finish
    }

    /// The effect of an event on the subscribers, and the next action.
    struct Reaction: Hashable {
        /// True if the subscribers should be told: new content, the first failure, or the first answer after failures.
        var isNews: Bool
        /// True if a failure is not reported to subscribers.
        var isSilent = false
        /// True if the index has gone back.
        var indexWentBack = false
        /// True if the index has gone back repeatedly; reported once. The usual reason is several servers with
        /// different indexes behind one address.
        var indexesDiffer = false
        /// The next action.
        var step: Step
    }
}

/// The parameters of a blocking query: Consul answers when the index has passed this one, or when the wait is over.
struct BlockingParameters: Hashable, Sendable {
    /// The index of the last answer. Never 0, which means "do not block" to Consul.
    var index: UInt64

    /// The time to wait for a change. Consul adds up to a sixteenth, so that watchers do not synchronize.
    var wait: Duration

    /// The time after which the agent has certainly stopped waiting, from the start of the query.
    var longest: Duration { wait * 17 / 16 }
}
