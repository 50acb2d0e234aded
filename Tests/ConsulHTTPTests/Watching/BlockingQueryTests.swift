// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

/// Steps are checked with chance 0: no jitter, and the least backoff.
struct BlockingQueryTests {
    let start = ContinuousClock.now
    var query = BlockingQuery()

    private mutating func answer(
        _ index: UInt64?,
        new isNew: Bool = true,
        at time: Duration = .zero,
        chance: Double = 0
    ) -> BlockingQuery.Reaction {
        query.answered(index: index, isNew: isNew, at: start + time, chance: chance)
    }

    private mutating func fail(
        _ code: ConsulHTTPError.Code,
        isRetryable: Bool = true,
        at time: Duration = .zero,
        chance: Double = 0
    ) -> BlockingQuery.Reaction {
        query.failed(
            ConsulHTTPError(code, "", isRetryable: isRetryable),
            at: start + time,
            chance: chance
        )
    }

    private mutating func lose(at time: Duration = .zero) -> BlockingQuery.Reaction {
        var error = ConsulHTTPError(.transport, "", isRetryable: true)
        error.isLostConnection = true
        return query.failed(error, at: start + time, chance: 0)
    }

    private func waiting(on index: UInt64, _ wait: Duration = .seconds(55)) -> BlockingQuery.Step {
        .ask(BlockingParameters(index: index, wait: wait))
    }

    @Test mutating func `The first question does not wait, the next waits on the answer's index`() {
        #expect(query.begin(at: start, chance: 0) == .ask(nil))
        #expect(answer(7) == .init(isNews: true, step: waiting(on: 7)))
        #expect(answer(9) == .init(isNews: true, step: waiting(on: 9)))
    }

    @Test mutating func `An index that moves without the content is no news, and is adopted`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(answer(8, new: false) == .init(isNews: false, step: waiting(on: 8)))
    }

    @Test mutating func `Chance takes up to a tenth off the wait`() {
        _ = query.begin(at: start, chance: 0)
        #expect(answer(7, chance: 0.5).step == waiting(on: 7, .seconds(55) * 0.95))
    }

    @Test mutating func `No wait is longer than a minute`() {
        query = BlockingQuery(policy: WatchPolicy(wait: .seconds(600)))
        _ = query.begin(at: start, chance: 0)
        #expect(answer(7).step == waiting(on: 7, .seconds(60)))
    }

    @Test mutating func `An index that goes back is dropped, its content used, and the question put anew at once`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(606)
        #expect(answer(576) == .init(isNews: true, indexWentBack: true, step: .ask(nil)))
        #expect(answer(576, new: false) == .init(isNews: false, step: waiting(on: 576)))
    }

    @Test(arguments: [nil, 0] as [UInt64?])
    mutating func `Where there is no index, it asks now and then`(index: UInt64?) {
        _ = query.begin(at: start, chance: 0)
        #expect(answer(index) == .init(isNews: true, step: .wait(.seconds(55) / 10)))
        #expect(query.timerFired(at: start + .seconds(6), chance: 0) == .ask(nil))
    }

    @Test mutating func `Every ten minutes it asks without an index`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(answer(7, new: false, at: .seconds(599)).step == waiting(on: 7))
        #expect(answer(7, new: false, at: .seconds(600)).step == .ask(nil))
        #expect(answer(7, new: false, at: .seconds(600)).step == waiting(on: 7))
        #expect(answer(7, new: false, at: .seconds(1199)).step == waiting(on: 7))
        #expect(answer(7, new: false, at: .seconds(1200)).step == .ask(nil))
    }

    @Test mutating func `An index that was lower than expected in a resync is believed`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(606)
        _ = answer(606, new: false, at: .seconds(600))
        #expect(answer(576, at: .seconds(600)) == .init(isNews: true, step: waiting(on: 576)))
    }

    @Test mutating func `Failures are news once, and so is the answer that ends them`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(fail(.transport).isNews)
        #expect(!fail(.noLeader).isNews)
        #expect(answer(7, new: false).isNews)
        #expect(!answer(7, new: false).isNews)
        #expect(fail(.transport).isNews)
    }

    @Test mutating func `After a failure it asks without waiting, or the recovery would show a minute late`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(fail(.transport).step == .wait(.zero))
        #expect(query.timerFired(at: start, chance: 0) == .ask(nil))
    }

    @Test mutating func `The pause after a failure is a random part of a limit that doubles`() {
        _ = query.begin(at: start, chance: 0)
        for milliseconds in [100, 200, 400, 800, 1600, 3200, 6400, 10000, 10000] {
            #expect(fail(.transport, chance: 0.5).step == .wait(.milliseconds(milliseconds) / 2))
        }
        for _ in 0..<1000 { _ = fail(.transport) }
        #expect(fail(.transport, chance: 0.5).step == .wait(.seconds(5)))
    }

    @Test mutating func `One success does not shorten the pause, a time of success does`() {
        _ = query.begin(at: start, chance: 0)
        for _ in 0..<5 {
            _ = fail(.noLeader)
            _ = answer(7)
        }
        #expect(fail(.noLeader, chance: 1).step == .wait(.milliseconds(3200)))
        _ = answer(7, new: false)
        _ = answer(7, new: false, at: .seconds(100))
        #expect(fail(.noLeader, at: .seconds(100), chance: 1).step == .wait(.milliseconds(100)))
    }

    @Test mutating func `Every other failure costs few questions in the long run`() {
        _ = query.begin(at: start, chance: 0.5)
        var time = Duration.zero
        var questions = 0
        while time < .seconds(600) {
            questions += 2
            _ = answer(7, new: false, at: time, chance: 0.5)
            guard case .wait(let pause) = fail(.serverError, at: time, chance: 0.5).step else { break }
            time += pause
        }
        #expect(questions < 300)
    }

    @Test mutating func `A question whose connection is lost is put again in silence, once`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        let again = lose()
        #expect(again == .init(isNews: false, isSilent: true, step: waiting(on: 7, .seconds(10))))
        let told = lose(at: .seconds(4))
        #expect(told.isNews && !told.isSilent)
        #expect(lose(at: .seconds(60)).isSilent == false)
        #expect(answer(7, new: false, at: .seconds(61)).isNews)
        #expect(lose(at: .seconds(61)).isSilent)
    }

    @Test mutating func `Connections that are lost now and then are no interruption`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        for minute in 0..<10 { #expect(lose(at: .seconds(30 * minute)).isSilent) }
    }

    @Test mutating func `A read that does not wait has been repeated already`() {
        _ = query.begin(at: start, chance: 0)
        #expect(lose().isNews)
    }

    @Test mutating func `What a server asks for is heeded, within bounds`() {
        _ = query.begin(at: start, chance: 0)
        var error = ConsulHTTPError(.tooManyConnections, "", isRetryable: true, retryAfter: .seconds(30))
        #expect(query.failed(error, at: start, chance: 0).step == .wait(.seconds(30)))
        #expect(query.failed(error, at: start, chance: 0.5).step == .wait(.milliseconds(30_050)))
        error.retryAfter = .seconds(Int64.max)
        #expect(query.failed(error, at: start, chance: 0).step == .wait(.seconds(300)))
        error.retryAfter = .seconds(Int64.min)
        #expect(query.failed(error, at: start, chance: 0).step == .wait(.zero))
    }

    @Test mutating func `What made sense once and is called senseless is asked again after a minute`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(fail(.badRequest, isRetryable: false) == .init(isNews: true, step: .wait(.seconds(60))))
        #expect(query.timerFired(at: start + .seconds(60), chance: 0) == .ask(nil))
        #expect(answer(7, new: false, at: .seconds(60)) == .init(isNews: true, step: waiting(on: 7)))
    }

    @Test mutating func `An index that goes back for ever makes the watch slow, and is told once`() {
        _ = query.begin(at: start, chance: 0)
        var time = Duration.zero
        var (questions, notes) = (0, 0)
        var index: UInt64 = 100
        while time < .seconds(600) {
            let reaction = answer(index, new: false, at: time)
            if reaction.indexesDiffer { notes += 1 }
            var step = reaction.step
            while case .wait(let pause) = step {
                time += pause
                step = query.timerFired(at: start + time, chance: 0)
            }
            questions += 1
            // Each of two servers answers at once; the second is behind.
            index = index == 100 ? 90 : 100
        }
        #expect(questions < 200)
        #expect(notes == 1)
    }

    @Test(arguments: [.denied, .undecodable, .tokenUnavailable, .serverError, .notFound] as [ConsulHTTPError.Code])
    mutating func `What somebody has to put right is asked again slowly`(code: ConsulHTTPError.Code) {
        _ = query.begin(at: start, chance: 0)
        #expect(fail(code, isRetryable: false) == .init(isNews: true, step: .wait(.seconds(10))))
        #expect(fail(code, isRetryable: false, chance: 0.5).step == .wait(.seconds(10) * 1.05))
    }

    @Test mutating func `What makes no sense ends the watch`() {
        query = BlockingQuery(policy: WatchPolicy(notFoundIsPermanent: true))
        for code in [.badRequest, .closed, .notFound] as [ConsulHTTPError.Code] {
            #expect(fail(code, isRetryable: false).step == .finish)
        }
    }

    @Test mutating func `A few changes are followed without a pause, many are held back`() {
        _ = query.begin(at: start, chance: 0)
        for index in 1...4 { #expect(answer(UInt64(index)).step == waiting(on: UInt64(index))) }
        #expect(answer(5, chance: 0.5) == .init(isNews: true, step: .wait(.milliseconds(110))))
        let later = start + .milliseconds(110)
        #expect(query.timerFired(at: later, chance: 0) == waiting(on: 5))
    }

    @Test mutating func `Indexes that go back and forth are held back like any others`() {
        _ = query.begin(at: start, chance: 0)
        let steps = (0..<5).map { answer($0.isMultiple(of: 2) ? 100 : 90).step }
        #expect(steps.last == .wait(.milliseconds(100)))
    }

    @Test mutating func `Without a permit it pauses, tries again, and then asks without waiting`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(query.permitRefused(at: start, chance: 0.5) == .wait(.seconds(3)))
        let later = start + .seconds(3)
        #expect(query.timerFired(at: later, chance: 0) == waiting(on: 7))
        #expect(query.permitRefused(at: later, chance: 0) == .ask(nil))
        #expect(answer(7, new: false, at: .seconds(3)).step == waiting(on: 7))
        #expect(query.permitRefused(at: later, chance: 0) == .wait(.seconds(3) * 0.75))
    }
}
