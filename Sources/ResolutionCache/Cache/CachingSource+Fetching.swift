// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
package import ResolutionModel
package import ResolverSupport

/// Fetches. Each one is a task of its own; an entry has at most one at a time.
extension CachingSource {
    /// Starts a fetch. It does not belong to the callers that wait for it, and ends when all of them have left, too.
    func fetch(_ slot: CacheSlot, deadline: Deadline) {
        let number = slot.beginFetch(endingAt: time.now() + deadline.remaining)
        let fetch = fetches.start { await self.run(slot, number, deadline: deadline) }
        if fetch == nil { slot.finish(with: .failure(CancellationError())) }
    }

    /// Starts a fetch ahead of time, for which no caller waits.
    func refresh(_ slot: CacheSlot) { fetch(slot, deadline: Deadline(in: timeout)) }

    private func run(_ slot: CacheSlot, _ number: Int, deadline: Deadline) async {
        let old = isRecorded ? slot.lastGood : nil
        defer { if isRecorded { note(slot, after: old) } }
        guard slot.stale() != nil else {
            return slot.finish(with: await result(for: slot, deadline: deadline))
        }
        await withTaskGroup(of: Void.self) { group in
            let timer = time.now() + rules.cache.clientResponseTimer
            group.addTask { [time] in
                guard (try? await time.sleep(timer)) != nil else { return }
                slot.isTakingLong(number)
            }
            slot.finish(with: await self.result(for: slot, deadline: deadline))
            group.cancelAll()
        }
    }

    private func result(for slot: CacheSlot, deadline: Deadline) async -> Result<Resolution, any Error> {
        do {
            let hasStaleAnswer = slot.stale() != nil
            let answer = try await upstream.resolve(
                slot.request,
                deadline: deadline,
                hasStaleAnswer: hasStaleAnswer
            )
            return .success(try await confirmed(answer, about: slot, deadline: deadline))
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
    /// - Throws: The errors of ``ResolutionSource/resolve(_:deadline:hasStaleAnswer:)``.
    package func confirmed(
        _ answer: Resolution,
        about slot: CacheSlot,
        deadline: Deadline
    ) async throws -> Resolution {
        guard slot.wouldTakeMost(answer),
            let word = try await upstream.confirm(slot.request, deadline: deadline)
        else { return answer }
        guard case .endpoints = answer.outcome else { return word }
        switch word.outcome {
        case .endpoints: return word
        // HTTP may be down, or its token denied, while DNS works. Such a result does not replace the answer.
        case .empty, .unknown: return slot.wouldTakeMost(word) ? word : answer
        }
    }

    /// Applies a result that a watch delivered.
    ///
    /// - Returns: The accepted resolution.
    package func apply(_ answer: Resolution, to slot: CacheSlot) -> Resolution {
        let old = isRecorded ? slot.lastGood : nil
        defer { if isRecorded { note(slot, after: old) } }
        return slot.apply(answer)
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
