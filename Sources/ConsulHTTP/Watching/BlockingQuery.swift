// SPDX-License-Identifier: Apache-2.0

/// Decides what one watch asks, when, and what is news.
///
/// A pure value: events in by method, and each says what to do next. It reads no clock, sends nothing and rolls no dice:
/// every event comes with its time and with a number in 0..<1 that stands for chance.
struct BlockingQuery: Sendable {
    typealias Instant = ContinuousClock.Instant

    let policy: WatchPolicy

    /// The index of the last answer; 0 for "ask without waiting". Only ever taken from the answer that brought the
    /// content, or a change between the two would be lost.
    private var index: UInt64 = 0
    /// What the question that is under way waits on; 0 if it does not wait.
    private var askedIndex: UInt64 = 0
    /// When a question was last put without an index.
    private var lastPlain: Instant?
    /// Failures since the last answer.
    private var failures = 0
    /// Whether there has been an answer, ever: then the question makes sense.
    private var hasBeenAnswered = false
    /// When a lost connection was passed over last; `nil` when there was an answer since then.
    private var lastForgiven: Instant?
    /// Whether the next question is one whose connection was lost.
    private var isRepeatedAfterLoss = false
    /// Whether it has been told that indexes differ.
    private var indexesDiffer = false
    private var failureBackoff: FadingBackoff
    private var setbackBackoff: FadingBackoff
    /// Whether a permit was refused and the pause for that has been made.
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
    /// The watch begins.
    mutating func begin(at now: Instant, chance: Double) -> Step {
        ask(at: now, chance: chance)
    }

    /// The wait that was asked for is over.
    mutating func timerFired(at now: Instant, chance: Double) -> Step {
        ask(at: now, chance: chance)
    }

    /// Consul has answered.
    ///
    /// - Parameters:
    ///   - newIndex: The answer's index.
    ///   - isNew: Whether the content differs from the last. An index that has moved is no proof: it belongs to a table
    ///     of Consul's, not to what is watched.
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
        // Backward, and the next index might be from the future of whoever answers: a snapshot was restored, or the
        // agent has lost its memory. The content is as good as any; the index is not. A question put without an index
        // has nothing that could have gone back.
        let wentBack = newIndex < askedIndex
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

    /// There was no answer. The last value stays what it is.
    mutating func failed(_ error: ConsulHTTPError, at now: Instant, chance: Double) -> Reaction {
        if askedIndex > 0, error.isLostConnection, isForgiven(at: now) {
            // The same question once more, in silence. It costs nothing if the connection was one that had been kept, and
            // shows a failure if there is one.
            isRepeatedAfterLoss = true
            return Reaction(isNews: false, isSilent: true, step: ask(at: now, chance: chance))
        }
        let isNews = failures == 0
        failures += 1
        isStarving = false
        // A question that waits would hide the recovery: where nothing has changed it is answered after the whole wait,
        // and all that time Consul would be taken for gone. Asking without an index also heals an index that the agent
        // no longer knows.
        index = 0
        if isPermanent(error.code) { return Reaction(isNews: false, step: .finish) }
        let backoff = failureBackoff.trouble(at: now)
        var pause = backoff * chance
        if error.code == .badRequest {
            pause = policy.refusedRetry * (1 + policy.waitJitter * chance)
        } else if !error.isRetryable {
            pause = policy.slowRetry * (1 + policy.waitJitter * chance)
        }
        // What chance adds keeps those apart who heard the same.
        let wish = error.retryAfter.map {
            min(max($0, .zero), policy.longestRetryAfter) + policy.initialBackoff * chance
        }
        return Reaction(isNews: isNews, step: .wait(max(pause, wish ?? .zero)))
    }

    /// Whether a lost connection is passed over in silence.
    private mutating func isForgiven(at now: Instant) -> Bool {
        if let lastForgiven, lastForgiven.duration(to: now) < policy.forgiveness { return false }
        guard failures == 0 else { return false }
        lastForgiven = now
        return true
    }

    /// Too many questions wait already, so this one may not.
    ///
    /// It is tried again every few seconds, and each time in vain a question is put that does not wait.
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
    /// The next question, or the pause before it. Everything that is asked passes here, also what is asked "at once":
    /// two servers whose indexes differ would otherwise make a storm of their own.
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
