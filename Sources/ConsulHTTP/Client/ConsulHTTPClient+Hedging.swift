// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

extension ConsulHTTPClient {
    /// Sends a read, and a hedge beside it while it is silent: the same read on a new connection (``ReadSilence``).
    ///
    /// The first answer counts, and the read that is still silent then is dropped with its permit, whatever the agent
    /// does: it does answer, so the connection of the silent read is dead, or its request is stuck. A hedge that is silent
    /// as well is dropped after the same time, and the next one follows. Hedges have permits of their own. With those of
    /// the read they would wait for each other: silent reads keep their permits.
    ///
    /// - Parameters:
    ///   - request: The read.
    ///   - isOwn: True if the read names no other datacenter.
    ///   - send: Sends the read, and records its progress.
    func hedged(
        _ request: OutgoingRequest,
        inOwnDatacenter isOwn: Bool,
        _ send: @escaping @Sendable (ReadProgress) async throws -> RawAnswer
    ) async throws -> RawAnswer {
        let progress = ReadProgress()
        let first = await withTaskGroup(of: (isHedge: Bool, result: Result<RawAnswer, any Error>).self) { group in
            defer { group.cancelAll() }
            group.addTask { (false, await result(of: { try await send(progress) })) }
            group.addTask { [self] in
                let lane = Lane(purpose: .hedge(isOwn: isOwn))
                return (true, await result(of: { try await hedge(request, beside: progress, in: lane) }))
            }
            let first = await group.next()
            // Not before: a read that is dropped ends with an error, which could be first.
            if let first, first.isHedge, first.result.isConsulsWord { progress.drop() }
            return first
        }
        guard let first else { throw CancellationError() }
        return try first.result.get()
    }

    /// Sends hedges while a read is silent, one after the other, until Consul answers one of them.
    ///
    /// - Throws: The error that Consul answers; ``ConsulHTTPError/Code/closed``; `CancellationError`.
    private func hedge(
        _ request: OutgoingRequest,
        beside progress: ReadProgress,
        in lane: Lane
    ) async throws -> RawAnswer {
        while true {
            let token = try await progress.silence()
            let next = Moment.now + ReadSilence.patience
            do {
                let result: RawAnswer? = try await pools.control.withPermit(in: lane) {
                    // The answer may have begun to arrive during the wait for the permit.
                    guard progress.isSilent else { return nil }
                    return try await sendHedge(request, token)
                }
                if let result { return result }
            } catch let error as ConsulHTTPError where error.isConsulsWord {
                throw error
            } catch is ConsulHTTPError {
                try checkOpen()
            }
            // A refused connection ends a hedge at once.
            try await Task.sleep(for: max(.zero, Moment.now.duration(to: next)))
        }
    }

    /// Sends a hedge.
    ///
    /// - Returns: The answer; `nil` if the hedge is silent, too.
    private func sendHedge(_ request: OutgoingRequest, _ token: Secret?) async throws -> RawAnswer? {
        let progress = ReadProgress()
        progress.begin(with: token)
        return try await withThrowingTaskGroup(of: RawAnswer?.self) { group in
            defer { group.cancelAll() }
            group.addTask { [self] in
                let deadline = Deadline(in: configuration.requestTimeout)
                return try await send(request, over: .fresh, .granted(token: token), until: deadline, progress)
            }
            group.addTask {
                _ = try await progress.silence()
                return nil
            }
            return try await group.next() ?? nil
        }
    }
}

private func result<Output: Sendable>(
    of work: () async throws -> Output
) async -> Result<Output, any Error> {
    do { return .success(try await work()) } catch { return .failure(error) }
}

extension Result {
    /// True if Consul has answered, be it with an error.
    fileprivate var isConsulsWord: Bool {
        switch self {
        case .success: true
        case .failure(let error as ConsulHTTPError): error.isConsulsWord
        case .failure: false
        }
    }
}
