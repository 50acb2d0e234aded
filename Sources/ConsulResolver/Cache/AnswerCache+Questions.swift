// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP

/// Questions: each a task of its own, at most one for an entry.
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

    /// An answer, or what the leader says if it would take away most endpoints.
    ///
    /// A server that has just been started answers while it is still reading its own log, and knows a leader by then,
    /// maybe itself: what it has not come to yet looks as if it had never been there. A consistent read waits for that.
    ///
    /// - Throws: As `Fallback.resolve`.
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
        // HTTP may be down, or its token denied, where DNS is neither.
        case .empty, .unknown: return service.wouldTakeMost(word) ? word : answer
        }
    }

    /// Takes in what Consul has told without being asked.
    ///
    /// - Returns: What is believed now.
    func take(_ answer: Resolution, about service: CachedService) -> Resolution {
        let old = isRecorded ? service.lastGood : nil
        defer { if isRecorded { note(service, after: old) } }
        return service.take(answer)
    }
}

extension Error {
    /// Whether there is no use in asking again: the request makes no sense, or there is nobody left to ask.
    fileprivate var isFinal: Bool {
        switch self {
        case is ConsulNameError, is ServiceRequestError: true
        case let error as DNSClientError: error.code == .closed
        case let error as ConsulHTTPError: error.code == .closed
        default: false
        }
    }
}
