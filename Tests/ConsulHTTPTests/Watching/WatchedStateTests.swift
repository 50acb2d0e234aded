// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulHTTP

struct WatchedStateTests {
    let start = Moment.now
    var state = WatchedState<String>()

    private func answer(
        _ value: String,
        index: UInt64 = 7,
        leader: QueryMetadata.Leader = .known,
        filtered: Bool? = nil,
        backend: QueryBackend? = .blockingQuery
    ) -> ConsulAnswer<String> {
        var metadata = QueryMetadata()
        metadata.index = index
        metadata.leader = backend == .streaming ? .notTold : leader
        metadata.filteredByACLs = filtered
        metadata.backend = backend
        return ConsulAnswer(value, metadata: metadata)
    }

    private mutating func check(_ check: ConsulAnswer<String>) -> WatchedState<String>.CheckResult {
        state.checked(check, at: start + .seconds(1))
    }

    @Test mutating func `The first answer is news, and an equal answer only confirms it`() {
        let isFirstNews = state.answered(answer("a"), at: start)
        let isSecondNews = state.answered(answer("a", index: 8), at: start + .seconds(5))
        #expect(isFirstNews && !isSecondNews)
        #expect(state.update.confirmed == start + .seconds(5) && state.update.answer?.metadata.index == 8)
    }

    @Test mutating func `An answer of the streaming backend takes metadata from the last non-blocking read`() {
        _ = state.answered(answer("a", leader: .lost, filtered: true), at: start)
        let isNews = state.answered(answer("a", index: 8, backend: .streaming), at: start)
        #expect(!isNews)
        #expect(state.update.answer?.metadata.leader == .lost)
        #expect(state.update.answer?.metadata.filteredByACLs == true)
        _ = check(answer("a", index: 8))
        _ = state.answered(answer("b", index: 9, backend: .streaming), at: start)
        #expect(state.update.answer?.metadata.leader == .known)
        #expect(state.update.answer?.metadata.filteredByACLs == nil)
    }

    @Test mutating func `A leader that is lost or elected is news, and does not change the query's index`() {
        _ = state.answered(answer("a"), at: start)
        let lost = check(answer("a", index: 9, leader: .lost))
        #expect(lost == .news && state.update.answer?.metadata.leader == .lost)
        let stillLost = check(answer("a", index: 9, leader: .lost))
        #expect(stillLost == .nothing)
        let back = check(answer("a", index: 9))
        #expect(back == .news && state.update.answer?.metadata.index == 7)
    }

    @Test mutating func `A check that shows the same content confirms the answer`() {
        _ = state.answered(answer("a"), at: start)
        let result = check(answer("a"))
        #expect(result == .nothing && state.update.confirmed == start + .seconds(1))
    }

    @Test(arguments: [7, 8] as [UInt64])
    mutating func `A check with other content and no smaller index replaces the query's answer`(index: UInt64) {
        _ = state.answered(answer("a"), at: start)
        let result = check(answer("b", index: index))
        #expect(result == .answersQuestion && state.update.value == "a")
    }

    @Test mutating func `A check of a server that is behind changes only the state of the leader`() {
        _ = state.answered(answer("a"), at: start)
        let behind = check(answer("b", index: 6))
        #expect(behind == .nothing && state.update.value == "a" && state.update.confirmed == start)
        let alone = check(answer("b", index: 6, leader: .lost))
        #expect(alone == .news && state.update.value == "a" && state.update.answer?.metadata.leader == .lost)
    }

    @Test mutating func `Without an order of indexes, a check with other content replaces the query's answer`() {
        state = WatchedState(hasGrowingIndexes: false)
        _ = state.answered(answer("a", index: 7), at: start)
        let result = check(answer("b", index: 3))
        #expect(result == .answersQuestion)
        let isNothing = check(answer("a", index: 3)) == .nothing
        #expect(isNothing)
    }

    @Test mutating func `A check's answer that ACLs have filtered replaces the query's answer, whatever its index`() {
        _ = state.answered(answer("a"), at: start)
        let result = check(answer("b", index: 6, filtered: true))
        #expect(result == .answersQuestion)
    }

    @Test mutating func `An answer that ACLs have filtered is news, also with the same content`() {
        _ = state.answered(answer("a"), at: start)
        let filtered = check(answer("a", filtered: true))
        #expect(filtered == .news && state.update.answer?.metadata.filteredByACLs == true)
        let whole = check(answer("a"))
        #expect(whole == .news)
    }

    @Test mutating func `A failure is news once, keeps the answer, and ends with the next answer of either kind`() {
        _ = state.answered(answer("a"), at: start)
        for isCheck in [true, false] {
            let isFirstNews = state.failed(ConsulHTTPError(.denied, ""))
            let isSecondNews = state.failed(ConsulHTTPError(.noLeader, ""))
            #expect(isFirstNews && !isSecondNews)
            #expect(state.update.value == "a" && state.update.interruption?.code == .noLeader)
            if isCheck {
                let result = check(answer("a"))
                #expect(result == .news)
            } else {
                let isNews = state.answered(answer("a"), at: start)
                #expect(isNews)
            }
            #expect(state.update.interruption == nil)
        }
    }
}
