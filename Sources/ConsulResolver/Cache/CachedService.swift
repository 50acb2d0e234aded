// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// What is kept of one request, and those who wait for an answer to it.
final class CachedService: Sendable {
    /// How waiting ends.
    enum Answer: Sendable {
        /// With what is believed now.
        case resolution(Resolution)
        /// With an earlier answer, because Consul is slow.
        case stale(Resolution)
        /// Without one: the question could not be asked.
        case error(any Error)
        /// The time is up, or the task was cancelled.
        case none
    }

    /// What a lookup finds.
    enum Reading {
        case hit(Resolution)
        case refresh(Resolution)
        /// A place to wait at, and whether the one who takes it has to ask.
        case wait(WaitingRoom<Answer>.Place, asks: Bool)
    }

    private struct State {
        var entry: CacheEntry
        var room = WaitingRoom<Answer>()
        /// How many want the entry to stay, whatever is looked up.
        var handles = 0
        /// Whether anybody has looked it up since eviction last came by.
        var isUsed = true

        mutating func reading(of reading: CacheEntry.Reading) -> Reading {
            switch reading {
            case .hit(let resolution): .hit(resolution)
            case .refresh(let resolution): .refresh(resolution)
            case .ask: .wait(room.enter(), asks: true)
            case .join: .wait(room.enter(), asks: false)
            }
        }
    }

    let key: CacheKey
    var request: ServiceRequest { key.request }
    private let time: TimeSource
    private let chance: @Sendable () -> Double
    private let state: NIOLockedValueBox<State>

    /// - Parameter chance: Gives random numbers in 0..<1.
    init(_ key: CacheKey, rules: CacheEntry.Rules, time: TimeSource, chance: @escaping @Sendable () -> Double) {
        self.key = key
        self.time = time
        self.chance = chance
        state = NIOLockedValueBox(State(entry: CacheEntry(rules: rules, at: time.now())))
    }

    // MARK: Reading

    /// What a lookup finds now.
    func read() -> Reading {
        let now = time.now()
        return state.withLockedValue { state in
            state.isUsed = true
            let reading = state.entry.read(at: now)
            return state.reading(of: reading)
        }
    }

    /// The same for who wants an answer that is not older than this.
    func readAnew(ifOlderThan age: Duration) -> Reading {
        let now = time.now()
        return state.withLockedValue { state in
            let reading = state.entry.readAnew(ifOlderThan: age, at: now)
            return state.reading(of: reading)
        }
    }

    /// What is believed, without asking and as it was found out; `nil` if nothing is known.
    var current: Resolution? {
        state.withLockedValue { $0.entry.snapshot }
    }

    /// Endpoints from an earlier answer that may still be given.
    func stale() -> Resolution? {
        let now = time.now()
        guard var known = state.withLockedValue({ $0.entry.known(at: now) }), case .endpoints = known.outcome
        else { return nil }
        known.isStale = true
        return known
    }

    // MARK: Waiting

    /// Waits at a place until there is an answer, or until the task is cancelled.
    func wait(at place: WaitingRoom<Answer>.Place) async -> Answer {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { continuation in
                state.withLockedValue { $0.room.wait(continuation, at: place) }?.resume()
            }
        } onCancel: {
            leave(place)
        }
    }

    /// Lets one who waits go without an answer.
    func leave(_ place: WaitingRoom<Answer>.Place) {
        state.withLockedValue { $0.room.settle(place, with: .none) }?.resume()
    }

    // MARK: Questions

    /// Whether an answer would take away endpoints at once.
    func wouldEmpty(_ answer: Resolution) -> Bool {
        state.withLockedValue { $0.entry.wouldEmpty(answer) }
    }

    /// Whether there are endpoints that no answer has taken away.
    var isHolding: Bool {
        state.withLockedValue { $0.entry.isHolding }
    }

    /// The question has not been answered within the client response timer: who has something old to make do with, does.
    func isTakingLong() {
        let stale = stale()
        let calls = state.withLockedValue { state in
            state.entry.isTakingLong()
            return stale.map { state.room.settleAll(with: .stale($0)) } ?? []
        }
        for call in calls { call.resume() }
    }

    /// The question has ended.
    func finish(with result: Result<Resolution, any Error>) {
        let (now, chance) = (time.now(), chance())
        let calls = state.withLockedValue { state in
            switch result {
            case .success(let answer):
                let believed = state.entry.answered(answer, at: now, chance: chance)
                return state.room.settleAll(with: .resolution(believed))
            case .failure(let error):
                state.entry.abandon()
                return state.room.settleAll(with: .error(error))
            }
        }
        for call in calls { call.resume() }
    }

    /// Takes in what Consul has told without being asked.
    ///
    /// - Returns: What is believed now.
    func take(_ answer: Resolution) -> Resolution {
        let (now, chance) = (time.now(), chance())
        return state.withLockedValue { $0.entry.take(answer, at: now, chance: chance) }
    }

    /// Takes in what was known before there was anybody to ask.
    func recall(_ resolution: Resolution) {
        let now = time.now()
        state.withLockedValue { $0.entry.recall(resolution, at: now) }
    }

    // MARK: Staying

    func beginBeingCurrent() { state.withLockedValue { $0.entry.beginBeingCurrent() } }
    func endBeingCurrent() { state.withLockedValue { $0.entry.endBeingCurrent() } }

    func pin() { state.withLockedValue { $0.handles += 1 } }
    func unpin() { state.withLockedValue { $0.handles -= 1 } }

    /// How much an entry is worth keeping.
    enum Worth {
        case mustStay
        case used
        case unused
        case expired
    }

    /// What the entry is worth; it counts as unused from then on.
    func appraise(at now: ContinuousClock.Instant) -> Worth {
        state.withLockedValue { state in
            defer { state.isUsed = false }
            if state.handles > 0 || state.entry.isAsking { return .mustStay }
            if state.entry.isExpired(at: now) { return .expired }
            return state.isUsed ? .used : .unused
        }
    }

    /// What has happened here.
    var tally: CacheTally { state.withLockedValue { $0.entry.tally } }
}
