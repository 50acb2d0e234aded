// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionCache
@testable import ResolutionModel
@testable import ResolverSupport

/// Invariants of a cache entry, and of the hold within, under any sequence of events.
struct EntryPropertyTests {
    static let scripts: [UInt64] = Array(0..<400)
    private static let start = Moment(nanoseconds: 0)

    private func entry(_ configure: (inout ServiceResolver.Configuration) -> Void = { _ in }) -> CacheEntryStateMachine
    {
        var configuration = ServiceResolver.Configuration()
        configure(&configuration)
        let rules = CacheEntryStateMachine.Rules(hold: configuration.hold, cache: configuration.cache ?? .init())
        return CacheEntryStateMachine(rules: rules, at: Self.start)
    }

    // MARK: Order and instants

    @Test
    func `A cache entry can be read after events in any order, at any time and with any rules`() throws {
        let lengths: [Duration] = [
            .zero, .nanoseconds(1), .milliseconds(1), .seconds(1), .seconds(30), .seconds(3600), .seconds(Int64.max),
        ]
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            let rules = CacheEntryStateMachine.Rules(lengths: lengths, using: &generator)
            var entry = CacheEntryStateMachine(rules: rules, at: instant(using: &generator))
            var known = Resolution.nothingYet
            for _ in 0..<60 {
                let now = instant(using: &generator)
                happen(to: &entry, at: now, &known, using: &generator)
                if let resolution = entry.known(at: now) { try #require(resolution.age >= .zero) }
                _ = entry.isExpired(at: now)
            }
        }
    }

    @Test func `A copy of a cache entry gives the answer that the entry would give, or none`() throws {
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            var entry = entry()
            var known = Resolution.nothingYet
            var now = Self.start
            for _ in 0..<60 {
                now = now + .milliseconds(Int.random(in: 0...2000, using: &generator))
                happen(to: &entry, at: now, &known, using: &generator)
                guard var copy = entry.cachedAnswer(version: 0), copy.isGood(at: now) else { continue }
                let copied = copy.resolution(at: now)
                var original = entry
                guard case .hit = original.readAtOnce(at: now) else { throw Unequal() }
                original.copy(at: now, into: &known)
                try #require(copied.endpoints == known.endpoints && copied.isStale == known.isStale)
                try #require(copied.age == known.age && copied.timeToLive == known.timeToLive)
                try #require(original.tally.hits == entry.tally.hits + 1)
            }
        }
    }

    private struct Unequal: Error {}

    /// Returns a moment that is usually reasonable, and sometimes extreme.
    private func instant(using generator: inout SeededGenerator) -> Moment {
        let extremes: [Int64] = [.min, .max, 0, 1, -1, .max / 2, .min / 2]
        guard generator.happens(0.2), let extreme = extremes.randomElement(using: &generator) else {
            return Moment(nanoseconds: .random(in: 0...10_000_000_000_000, using: &generator))
        }
        return Moment(nanoseconds: extreme)
    }

    private func happen(
        to entry: inout CacheEntryStateMachine,
        at now: Moment,
        _ known: inout Resolution,
        using generator: inout SeededGenerator
    ) {
        let chance = Double.random(in: 0..<1, using: &generator)
        switch Int.random(in: 0..<11, using: &generator) {
        case 0...2:
            if case .hit = entry.read(at: now) { entry.copy(at: now, into: &known) }
        case 3: _ = entry.readAnew(ifOlderThan: .seconds(1), at: now)
        case 4...5: _ = entry.answered(RandomAnswer(using: &generator).resolution, at: now, chance: chance)
        case 6: _ = entry.apply(RandomAnswer(using: &generator).resolution, at: now, chance: chance)
        case 7: entry.isTakingLong()
        case 8: if generator.happens(0.5) { entry.beginWatch() } else { entry.endWatch() }
        case 9: _ = entry.confirm(at: now)
        default: if generator.happens(0.5) { entry.abandon() } else { entry.recall(.endpoints(1), at: now) }
        }
    }

    @Test func `A cache entry never has two fetches in flight, and forgets none`() throws {
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            var entry = entry()
            var (now, isFetching) = (Self.start, false)
            for _ in 0..<60 {
                now = now + .milliseconds(.random(in: 0...2000, using: &generator))
                switch Int.random(in: 0..<5, using: &generator) {
                case 0 where isFetching:
                    let answer = RandomAnswer(using: &generator).resolution
                    _ = entry.answered(answer, at: now, chance: .random(in: 0..<1, using: &generator))
                    isFetching = false
                case 1: entry.isTakingLong()
                default:
                    let reading =
                        generator.happens(0.8) ? entry.read(at: now) : entry.readAnew(ifOlderThan: .seconds(1), at: now)
                    switch reading {
                    case .hit: break
                    case .join: try #require(isFetching, "script \(seed)")
                    case .ask, .refresh:
                        try #require(!isFetching, "script \(seed)")
                        isFetching = true
                    }
                }
                try #require(entry.isFetching == isFetching, "script \(seed)")
            }
        }
    }

    // MARK: Endpoints

    @Test
    func `A cache entry under keepsLastKnown never becomes empty once it had endpoints`() throws {
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            var entry = entry { configuration in
                configuration.hold.keepsLastKnown = true
                configuration.cache?.staleLimit = .seconds(1_000_000)
            }
            var (now, hadAny) = (Self.start, false)
            for _ in 0..<60 {
                now = now + .milliseconds(.random(in: 0...60_000, using: &generator))
                let answer = RandomAnswer(using: &generator)
                let accepted = entry.answered(answer.resolution, at: now, chance: 0)
                hadAny = hadAny || !answer.ports.isEmpty
                try #require(accepted.endpoints.isEmpty == !hadAny, "script \(seed): \(answer)")
                let later = now + .seconds(.random(in: 0...100, using: &generator))
                try #require(entry.known(at: later)?.endpoints.isEmpty != true || !hadAny, "script \(seed): \(answer)")
            }
        }
    }

    @Test func `A cache entry never loses an endpoint that is in every complete answer`() throws {
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            // An empty answer with a reason may remove all endpoints, and parts those that three of them leave out.
            var entry = entry { $0.hold.emptyGracePeriod = .seconds(1_000_000) }
            var now = Self.start
            _ = entry.answered(.endpoints(1, 2, 99), at: now, chance: 0)
            var parts = 0
            for _ in 0..<60 {
                now = now + .milliseconds(.random(in: 0...20_000, using: &generator))
                let kinds: [RandomAnswer.Kind] =
                    parts < 2
                    ? [.whole, .wholeWithoutLeader, .part, .unexplained, .withoutLeader, .denied, .failure] : [.whole]
                let answer = RandomAnswer(of: kinds, always: 99, using: &generator)
                parts =
                    [.part, .wholeWithoutLeader].contains(answer.kind) ? parts + 1 : answer.kind == .whole ? 0 : parts
                let accepted = entry.answered(answer.resolution, at: now, chance: 0)
                try #require(accepted.ports.contains(99), "script \(seed): \(answer)")
            }
        }
    }

    @Test
    func `A cache entry drops an endpoint at once that a complete answer of a healthy leader leaves out`() throws {
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            var (entry, now) = (entry(), Self.start)
            for _ in 0..<60 {
                now = now + .milliseconds(.random(in: 0...20_000, using: &generator))
                let answer = RandomAnswer(using: &generator)
                let accepted = entry.answered(answer.resolution, at: now, chance: 0)
                guard answer.kind == .whole else { continue }
                try #require(accepted.ports == answer.ports && !accepted.isStale, "script \(seed): \(answer)")
                try #require(entry.known(at: now)?.ports == answer.ports, "script \(seed): \(answer)")
            }
        }
    }

    @Test
    func `A cache entry keeps its endpoints and their age after failures`() throws {
        for seed in Self.scripts {
            var generator = SeededGenerator(seed: seed)
            var (entry, now) = (entry(), Self.start)
            var before: [UInt16] = []
            var namedAt: [UInt16: Moment] = [:]
            for _ in 0..<60 {
                now = now + .milliseconds(.random(in: 0...10_000, using: &generator))
                let answer = RandomAnswer(using: &generator)
                let accepted = entry.answered(answer.resolution, at: now, chance: 0)
                for port in answer.ports { namedAt[port] = now }
                if answer.kind != .failure {
                    before = accepted.ports
                } else if !before.isEmpty {
                    try #require(accepted.ports == before, "script \(seed)")
                    // A set has the age of the endpoint that was seen least recently.
                    let oldest = try #require(before.compactMap { namedAt[$0] }.min())
                    try #require(accepted.age == oldest.duration(to: now), "script \(seed)")
                }
            }
        }
    }
}
