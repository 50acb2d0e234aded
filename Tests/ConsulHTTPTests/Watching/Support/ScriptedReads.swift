// SPDX-License-Identifier: Apache-2.0

import TestSupport

@testable import ConsulHTTP

/// A Consul that answers what a test says, when it says so: question by question, in the order they are put.
final class ScriptedReads: Sendable {
    typealias Reply = Result<ConsulAnswer<String>, ConsulHTTPError>

    private struct State: Sendable {
        var questions: [BlockingParameters?] = []
        var replies: [Int: Reply] = [:]
        var underWay = 0
    }

    private let state = WatchedValue(State())

    /// Everything that was asked.
    var questions: [BlockingParameters?] { state.current.questions }

    /// The indexes of everything that was asked; `nil` for a question that did not wait.
    var indexes: [UInt64?] { questions.map { $0?.index } }

    /// How many questions wait for their reply.
    var underWay: Int { state.current.underWay }

    /// Puts the next question and waits for its reply.
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

    /// What the question of that number (from 0) is answered, now or when it comes.
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
        try await state.wait("question \(count)", within: .seconds(20), fileID: fileID, line: line) {
            $0.questions.count >= count
        }
    }

    func waitUntilNothingIsUnderWay(fileID: String = #fileID, line: UInt = #line) async throws {
        try await state.wait("the end of all questions", within: .seconds(20), fileID: fileID, line: line) {
            $0.underWay == 0
        }
    }
}
