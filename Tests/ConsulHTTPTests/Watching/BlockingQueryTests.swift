// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

/// The steps use chance 0: no jitter, and the shortest backoff.
struct BlockingQueryTests {
    let start = Moment.now
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

    @Test mutating func `The first query does not block, the next one waits on the answer's index`() {
        #expect(query.begin(at: start, chance: 0) == .ask(nil))
        #expect(answer(7) == .init(isNews: true, step: waiting(on: 7)))
        #expect(answer(9) == .init(isNews: true, step: waiting(on: 9)))
    }

    @Test mutating func `A new index with the same content is adopted, and is not news`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(answer(8, new: false) == .init(isNews: false, step: waiting(on: 8)))
    }

    @Test mutating func `Jitter shortens the wait by up to a tenth`() {
        _ = query.begin(at: start, chance: 0)
        #expect(answer(7, chance: 0.5).step == waiting(on: 7, .seconds(55) * 0.95))
    }

    @Test mutating func `The wait of a blocking query is at most a minute`() {
        query = BlockingQuery(policy: WatchPolicy(wait: .seconds(600)))
        _ = query.begin(at: start, chance: 0)
        #expect(answer(7).step == waiting(on: 7, .seconds(60)))
    }

    @Test
    mutating func `After an index that goes back, the content is used and a query without an index follows at once`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(606)
        #expect(answer(576) == .init(isNews: true, indexWentBack: true, step: .ask(nil)))
        #expect(answer(576, new: false) == .init(isNews: false, step: waiting(on: 576)))
    }

    @Test mutating func `Indexes without an order are adopted as they come, and cause no pause`() {
        query = BlockingQuery(policy: WatchPolicy(hasGrowingIndexes: false))
        _ = query.begin(at: start, chance: 0)
        for (number, index) in ([.max, 7, 1 << 63, 1] as [UInt64]).enumerated() {
            let reaction = answer(index, at: .seconds(number))
            #expect(reaction == .init(isNews: true, step: waiting(on: index)))
        }
    }

    @Test(arguments: [nil, 0] as [UInt64?])
    mutating func `A watch of an endpoint without an index polls`(index: UInt64?) {
        _ = query.begin(at: start, chance: 0)
        #expect(answer(index) == .init(isNews: true, step: .wait(.seconds(55) / 10)))
        #expect(query.timerFired(at: start + .seconds(6), chance: 0) == .ask(nil))
    }

    @Test mutating func `A watch sends a query without an index every ten minutes`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(answer(7, new: false, at: .seconds(599)).step == waiting(on: 7))
        #expect(answer(7, new: false, at: .seconds(600)).step == .ask(nil))
        #expect(answer(7, new: false, at: .seconds(600)).step == waiting(on: 7))
        #expect(answer(7, new: false, at: .seconds(1199)).step == waiting(on: 7))
        #expect(answer(7, new: false, at: .seconds(1200)).step == .ask(nil))
    }

    @Test mutating func `A smaller index in the answer to a query without one is accepted`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(606)
        _ = answer(606, new: false, at: .seconds(600))
        #expect(answer(576, at: .seconds(600)) == .init(isNews: true, step: waiting(on: 576)))
    }

    @Test mutating func `The first failure is news, and so is the answer that ends the failures`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(fail(.transport).isNews)
        #expect(!fail(.noLeader).isNews)
        #expect(answer(7, new: false).isNews)
        #expect(!answer(7, new: false).isNews)
        #expect(fail(.transport).isNews)
    }

    @Test mutating func `A query after a failure does not block, so that a recovery shows at once`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(fail(.transport).step == .wait(.zero))
        #expect(query.timerFired(at: start, chance: 0) == .ask(nil))
    }

    @Test mutating func `The pause after a failure is random, up to a bound that doubles`() {
        _ = query.begin(at: start, chance: 0)
        for milliseconds in [100, 200, 400, 800, 1600, 3000, 3000] {
            #expect(fail(.transport, chance: 0.5).step == .wait(.milliseconds(milliseconds) / 2))
        }
        for _ in 0..<1000 { _ = fail(.transport) }
        #expect(fail(.transport, chance: 0.5).step == .wait(.milliseconds(1500)))
    }

    @Test mutating func `One success does not shorten the pause after a failure, a time of success does`() {
        _ = query.begin(at: start, chance: 0)
        for _ in 0..<4 {
            _ = fail(.noLeader)
            _ = answer(7)
        }
        #expect(fail(.noLeader, chance: 1).step == .wait(.milliseconds(1600)))
        _ = answer(7, new: false)
        _ = answer(7, new: false, at: .seconds(100))
        #expect(fail(.noLeader, at: .seconds(100), chance: 1).step == .wait(.milliseconds(100)))
    }

    @Test mutating func `A watch sends at most three queries in two seconds if every other one fails`() {
        _ = query.begin(at: start, chance: 0.5)
        var time = Duration.zero
        var questions = 0
        while time < .seconds(600) {
            questions += 2
            _ = answer(7, new: false, at: time, chance: 0.5)
            guard case .wait(let pause) = fail(.serverError, at: time, chance: 0.5).step else { break }
            time += pause
        }
        #expect(questions < 900)
    }

    @Test mutating func `A blocking query with a lost connection is repeated once without a report`() {
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

    @Test mutating func `Occasional lost connections do not interrupt a watch`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        for minute in 0..<10 { #expect(lose(at: .seconds(30 * minute)).isSilent) }
    }

    @Test mutating func `A lost connection of a query that does not block is a failure at once`() {
        _ = query.begin(at: start, chance: 0)
        #expect(lose().isNews)
    }

    @Test mutating func `A server's Retry-After is honored within bounds`() {
        _ = query.begin(at: start, chance: 0)
        var error = ConsulHTTPError(.tooManyConnections, "", isRetryable: true, retryAfter: .seconds(30))
        #expect(query.failed(error, at: start, chance: 0).step == .wait(.seconds(30)))
        #expect(query.failed(error, at: start, chance: 0.5).step == .wait(.milliseconds(30_050)))
        error.retryAfter = .seconds(Int64.max)
        #expect(query.failed(error, at: start, chance: 0).step == .wait(.seconds(300)))
        error.retryAfter = .seconds(Int64.min)
        #expect(query.failed(error, at: start, chance: 0).step == .wait(.zero))
    }

    @Test mutating func `A query that is rejected after it has been answered is repeated after a minute`() {
        _ = query.begin(at: start, chance: 0)
        _ = answer(7)
        #expect(fail(.badRequest, isRetryable: false) == .init(isNews: true, step: .wait(.seconds(60))))
        #expect(query.timerFired(at: start + .seconds(60), chance: 0) == .ask(nil))
        #expect(answer(7, new: false, at: .seconds(60)) == .init(isNews: true, step: waiting(on: 7)))
    }

    @Test mutating func `An index that keeps going back slows the watch down, and is reported once`() {
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
            // Two servers alternate, each answers at once, and the second is behind.
            index = index == 100 ? 90 : 100
        }
        #expect(questions < 200)
        #expect(notes == 1)
    }

    @Test(arguments: [.denied, .undecodable, .tokenUnavailable, .serverError, .notFound] as [ConsulHTTPError.Code])
    mutating func `A failure that an operator has to correct is retried slowly`(code: ConsulHTTPError.Code) {
        _ = query.begin(at: start, chance: 0)
        #expect(fail(code, isRetryable: false) == .init(isNews: true, step: .wait(.seconds(3))))
        #expect(fail(code, isRetryable: false, chance: 0.5).step == .wait(.seconds(3) * 1.05))
    }

    @Test mutating func `A rejected query that has never been answered ends the watch`() {
        query = BlockingQuery(policy: WatchPolicy(notFoundIsPermanent: true))
        for code in [.badRequest, .closed, .notFound] as [ConsulHTTPError.Code] {
            #expect(fail(code, isRetryable: false).step == .finish)
        }
    }

    @Test mutating func `A few changes are followed without a pause, many are paced`() {
        _ = query.begin(at: start, chance: 0)
        for index in 1...4 { #expect(answer(UInt64(index)).step == waiting(on: UInt64(index))) }
        #expect(answer(5, chance: 0.5) == .init(isNews: true, step: .wait(.milliseconds(110))))
        let later = start + .milliseconds(110)
        #expect(query.timerFired(at: later, chance: 0) == waiting(on: 5))
    }

    @Test mutating func `Queries after indexes that go back and forth are paced like any others`() {
        _ = query.begin(at: start, chance: 0)
        let steps = (0..<5).map { answer($0.isMultiple(of: 2) ? 100 : 90).step }
        #expect(steps.last == .wait(.milliseconds(100)))
    }

    @Test mutating func `A watch without a permit pauses, tries again, and then sends a query that does not block`() {
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
