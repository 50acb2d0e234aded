// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import TestSupport
import Testing

@testable import ConsulHTTP

/// A random cluster that changes, loses its state, fails and refuses, with one watch, in simulated time.
private struct WatchModel {
    let origin = Moment.now
    let policy = WatchPolicy()
    var random: SeededGenerator
    var query = BlockingQuery()
    var now = Duration.zero

    /// The state of the cluster. Content and index change together, except for spurious wake-ups.
    var index: UInt64 = 100
    var content = 0
    var hasIndex = true
    var isCalm = false
    /// The probability that the next change comes soon. Every other cluster changes quickly, to test the pace.
    let haste: Double
    /// The time of the next change.
    var nextMove = Duration.seconds(1)

    var known: Int?
    var isInterrupted = false
    var asked: [Duration] = []

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        haste = seed.isMultiple(of: 2) ? 0.5 : 0.98
    }

    var chance: Double { mutating get { Double.random(in: 0..<1, using: &random) } }
    var instant: Moment { origin + now }

    mutating func move() {
        now = max(now, nextMove)
        let pause = random.happens(haste) ? 1...20 : 1...200_000
        nextMove = now + .milliseconds(Int.random(in: pause, using: &random))
        guard !isCalm else { return }
        switch Int.random(in: 0..<20, using: &random) {
        case 0: index = UInt64.random(in: 1...50, using: &random)
        case 1: hasIndex.toggle()
        case 2..<6: index += 1
        default: (index, content) = (index + UInt64.random(in: 1...9, using: &random), content + 1)
        }
    }

    mutating func moveUntil(_ end: Duration) {
        while nextMove <= end { move() }
        now = max(now, end)
    }

    /// Executes one step and returns the next.
    mutating func play(_ step: BlockingQuery.Step) throws -> BlockingQuery.Step {
        switch step {
        case .finish:
            Issue.record("no failure here is permanent")
            return step
        case .wait(let time):
            try #require(time >= .zero && time <= .seconds(12))
            moveUntil(now + time)
            return query.timerFired(at: instant, chance: chance)
        case .ask(let parameters):
            if let parameters {
                try #require(parameters.index >= 1)
                try #require(parameters.wait > .seconds(49) && parameters.wait <= .seconds(60))
                if !isCalm, random.happens(0.1) { return query.permitRefused(at: instant, chance: chance) }
            }
            asked.append(now)
            return try answer(parameters)
        }
    }

    private mutating func answer(_ parameters: BlockingParameters?) throws -> BlockingQuery.Step {
        let end = now + (parameters?.wait ?? .zero)
        let fails = !isCalm && random.happens(0.1)
        while let parameters, hasIndex, index <= parameters.index, nextMove <= end, !(fails && random.happens(0.5)) {
            move()
        }
        if let parameters, hasIndex, index <= parameters.index { moveUntil(end) }
        if fails { return try fail() }
        now += .milliseconds(Int.random(in: 0...3, using: &random))
        let (isNew, wasInterrupted) = (known != content, isInterrupted)
        (known, isInterrupted) = (content, false)
        let answered = hasIndex ? index : nil
        let reaction = query.answered(index: answered, isNew: isNew, at: instant, chance: chance)
        try #require(reaction.isNews == (isNew || wasInterrupted))
        try #require(reaction.indexWentBack == ((answered ?? .max) < (parameters?.index ?? 0)))
        return reaction.step
    }

    private mutating func fail() throws -> BlockingQuery.Step {
        let isRetryable = random.happens(0.8)
        let error = ConsulHTTPError(isRetryable ? .transport : .denied, "", isRetryable: isRetryable)
        let reaction = query.failed(error, at: instant, chance: chance)
        try #require(reaction.isNews != isInterrupted)
        isInterrupted = true
        return reaction.step
    }

    /// Checks that no period of time has more queries than a bucket admits.
    func checkPace() throws {
        for last in asked.indices {
            for first in asked[..<last].indices.suffix(200) {
                let admitted = Double(policy.burst) + (asked[last] - asked[first]) / policy.spacing
                try #require(Double(last - first + 1) <= admitted + 0.001)
            }
        }
    }
}

struct BlockingQueryModelTests {
    @Test(arguments: 0..<24 as Range<UInt64>)
    func `A watch keeps its pace and finds every change of a random cluster`(seed: UInt64) throws {
        var model = WatchModel(seed: seed)
        var step = model.query.begin(at: model.instant, chance: 0)
        for _ in 0..<20 {
            for _ in 0..<100 { step = try model.play(step) }
            model.isCalm = true
            // An index from the future hides a change for at most one wait and the sixteenth that Consul adds.
            let deadline = model.now + .seconds(80)
            while model.now < deadline { step = try model.play(step) }
            #expect(model.known == model.content)
            #expect(!model.isInterrupted)
            model.isCalm = false
        }
        try model.checkPace()
        #expect(model.asked.count > 500)
    }
}
