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
    /// Whether a permit was refused and the pause for that has been made.
    private var isStarving = false
    private var pacer: RequestPacer

    init(policy: WatchPolicy = WatchPolicy()) {
        self.policy = policy
        pacer = RequestPacer(burst: policy.burst, spacing: policy.spacing)
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
        isStarving = false
        guard let newIndex, newIndex > 0 else {
            index = 0
            return Reaction(isNews: isNews, step: .wait(policy.pollInterval * (1 - policy.waitJitter * chance)))
        }
        // Backward, and the next index might be from the future of whoever answers: a snapshot was restored, or the
        // agent has lost its memory. The content is as good as any; the index is not. A question put without an index
        // has nothing that could have gone back.
        let wentBack = newIndex < askedIndex
        index = wentBack ? 0 : newIndex
        return Reaction(isNews: isNews, indexWentBack: wentBack, step: ask(at: now, chance: chance))
    }

    /// There was no answer. The last value stays what it is.
    mutating func failed(_ error: ConsulHTTPError, at now: Instant, chance: Double) -> Reaction {
        let isNews = failures == 0
        failures += 1
        isStarving = false
        // A question that waits would hide the recovery: where nothing has changed it is answered after the whole wait,
        // and all that time Consul would be taken for gone. Asking without an index also heals an index that the agent
        // no longer knows.
        index = 0
        if isPermanent(error.code) { return Reaction(isNews: false, step: .finish) }
        guard error.isRetryable else {
            return Reaction(isNews: isNews, step: .wait(policy.slowRetry * (1 + policy.waitJitter * chance)))
        }
        return Reaction(isNews: isNews, step: .wait(backoff * chance))
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
        let wait = min(policy.wait, WatchPolicy.longestWait) * (1 - policy.waitJitter * chance)
        return .ask(BlockingParameters(index: index, wait: wait))
    }

    private var backoff: Duration {
        // Beyond 16 doublings any sensible limit has been reached, and a shift can no longer overflow.
        min(policy.maximumBackoff, policy.initialBackoff * (1 << min(failures - 1, 16)))
    }

    private func isPermanent(_ code: ConsulHTTPError.Code) -> Bool {
        switch code {
        case .badRequest, .closed: true
        case .notFound: policy.notFoundIsPermanent
        default: false
        }
    }
}
