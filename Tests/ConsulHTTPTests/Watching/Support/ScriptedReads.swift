// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulHTTP

/// A scripted Consul: the test determines the answer to each query and its time, in the order of the queries.
final class ScriptedReads: Sendable {
    typealias Reply = Result<ConsulAnswer<String>, ConsulHTTPError>

    private struct State: Sendable {
        var questions: [BlockingParameters?] = []
        var replies: [Int: Reply] = [:]
        var underWay = 0
    }

    private let state = WatchedValue(State())

    /// The parameters of all queries.
    var questions: [BlockingParameters?] { state.current.questions }

    /// The indexes of all queries; `nil` for a query that does not block.
    var indexes: [UInt64?] { questions.map { $0?.index } }

    /// The number of queries that wait for their reply.
    var underWay: Int { state.current.underWay }

    /// Sends the next query and waits for its reply.
    func read(_ parameters: BlockingParameters?) async throws -> ConsulAnswer<String> {
        let number = state.update { state in
            state.questions.append(parameters)
            state.underWay += 1
            return state.questions.count - 1
        }
        defer { state.update { $0.underWay -= 1 } }
        let answered = try await state.wait { $0.replies[number] != nil }
        guard let reply = answered.replies[number] else { throw CancellationError() }
        return try reply.get()
    }

    /// Sets the reply to the query with this number (from 0), now or when it arrives.
    func reply(_ number: Int, _ value: String, index: UInt64?, leader: QueryMetadata.Leader = .notTold) {
        var metadata = QueryMetadata()
        metadata.index = index
        metadata.leader = leader
        state.update { $0.replies[number] = .success(ConsulAnswer(value, metadata: metadata)) }
    }

    func fail(_ number: Int, _ code: ConsulHTTPError.Code, status: Int? = nil, isRetryable: Bool = true) {
        let error = ConsulHTTPError(code, "scripted", status: status, isRetryable: isRetryable)
        state.update { $0.replies[number] = .failure(error) }
    }

    func waitForQuestions(_ count: Int, fileID: String = #fileID, line: UInt = #line) async throws {
        try await state.wait("query \(count)", within: .seconds(20), fileID: fileID, line: line) {
            $0.questions.count >= count
        }
    }

    func waitUntilNothingIsUnderWay(fileID: String = #fileID, line: UInt = #line) async throws {
        try await state.wait("the end of all queries", within: .seconds(20), fileID: fileID, line: line) {
            $0.underWay == 0
        }
    }
}
