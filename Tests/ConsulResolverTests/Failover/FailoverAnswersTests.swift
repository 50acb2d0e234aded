// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionFailover
@testable import ResolutionModel

struct FailoverAnswersTests {
    enum Answer: CaseIterable {
        case good, stale, none, denial, silence

        var resolution: Resolution {
            let endpoint = Endpoint(host: .address(.v4(.loopback)), port: 80)
            switch self {
            case .good: return Resolution(.endpoints([endpoint]), source: .dnsUDP, isComplete: true)
            case .stale: return Resolution(.endpoints([endpoint]), source: .http, isComplete: true, isStale: true)
            case .none: return Resolution(.empty(.noSuchService), source: .http, isComplete: true)
            case .denial: return .unknown(.accessDenied)
            case .silence: return .unknown(.timedOut)
            }
        }
    }

    /// Answers of three places, and the place with the answer that is used.
    static let outcomes: [(answers: [Answer], target: Int)] = [
        ([.good], 0),
        ([.none, .good], 1),
        ([.silence, .denial, .good], 2),
        ([.stale, .good], 1),
        ([.none, .silence, .stale], 2),
        ([.stale, .stale, .stale], 0),
        ([.silence, .stale, .none], 1),
        // No place has endpoints. The result is empty only if all answers are.
        ([.none, .none, .none], 0),
        ([.silence, .none, .none], 0),
        ([.none, .silence, .none], 1),
        ([.none, .denial, .silence], 1),
        ([.denial, .none, .silence], 0),
    ]

    @Test(arguments: outcomes)
    func `The best answer is used, and of equal ones the most preferred`(answers: [Answer], target: Int) throws {
        // For any order of the queries.
        for order in [Array(answers.indices), answers.indices.reversed()] {
            let first = try #require(order.first)
            var all = FailoverAnswers(answers[first].resolution, from: first)
            for other in order.dropFirst() { all.apply(answers[other].resolution, from: other) }
            #expect(all.target == target)
            #expect(all.asked == Set(answers.indices))
            #expect(FailoverWorth(all.best) == FailoverWorth(answers[target].resolution))
        }
    }

    @Test func `Only endpoints that are not stale end the search`() {
        for answer in Answer.allCases {
            let answers = FailoverAnswers(answer.resolution, from: 0)
            #expect(answers.isSettled == (answer == .good))
            #expect(answers.isContent == (answer == .good || answer == .stale))
        }
    }
}
