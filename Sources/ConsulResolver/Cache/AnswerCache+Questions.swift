// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP

/// Fetches. Each one is a task of its own; an entry has at most one at a time.
extension AnswerCache {
    func ask(_ service: CachedService, timeout: Duration) {
        let number = service.beginQuestion(endingAt: time.moment() + timeout)
        let question = questions.start { await self.run(service, number, timeout: timeout) }
        if question == nil { service.finish(with: .failure(CancellationError())) }
    }

    private func run(_ service: CachedService, _ question: Int, timeout: Duration) async {
        let old = isRecorded ? service.lastGood : nil
        defer { if isRecorded { note(service, after: old) } }
        guard service.stale() != nil else { return service.finish(with: await inquire(service, timeout)) }
        await withTaskGroup(of: Void.self) { group in
            let timer = time.now() + rules.cache.clientResponseTimer
            group.addTask { [time] in
                guard (try? await time.sleep(timer)) != nil else { return }
                service.isTakingLong(question)
            }
            service.finish(with: await self.inquire(service, timeout))
            group.cancelAll()
        }
    }

    private func inquire(_ service: CachedService, _ timeout: Duration) async -> Result<Resolution, any Error> {
        let deadline = Deadline(in: timeout)
        do {
            let answer = try await inquiries.ask(service.request, timeout, service.stale() != nil)
            return .success(try await confirmed(answer, about: service, until: deadline))
        } catch let error where error.isFinal || Task.isCancelled {
            return .failure(error)
        } catch {
            return .success(.unknown(afterAsking: error))
        }
    }

    /// Returns the answer or, if it would remove most endpoints, what the leader says.
    ///
    /// A server that has just been started answers while it is still replaying its Raft log. It knows a leader by then,
    /// possibly itself, and entries that it has not replayed yet look as if they had never been registered. A
    /// consistent read waits for the replay.
    ///
    /// - Throws: The errors of `Fallback.resolve`.
    func confirmed(
        _ answer: Resolution,
        about service: CachedService,
        until deadline: Deadline
    ) async throws -> Resolution {
        guard let confirm = inquiries.confirm, service.wouldTakeMost(answer) else { return answer }
        let word = try await confirm(service.request, deadline.remaining)
        guard case .endpoints = answer.outcome else { return word }
        switch word.outcome {
        case .endpoints: return word
        // HTTP may be down, or its token denied, while DNS works. Such a result does not replace the answer.
        case .empty, .unknown: return service.wouldTakeMost(word) ? word : answer
        }
    }

    /// Applies a result that a watch delivered.
    ///
    /// - Returns: The accepted resolution.
    func take(_ answer: Resolution, about service: CachedService) -> Resolution {
        let old = isRecorded ? service.lastGood : nil
        defer { if isRecorded { note(service, after: old) } }
        return service.take(answer)
    }
}

extension Error {
    /// True if another attempt cannot succeed: the request is invalid, or the client is closed.
    fileprivate var isFinal: Bool {
        switch self {
        case is ConsulNameError, is ServiceRequestError: true
        case let error as DNSClientError: error.code == .closed
        case let error as ConsulHTTPError: error.code == .closed
        default: false
        }
    }
}
