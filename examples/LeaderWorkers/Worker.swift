// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Logging
import ServiceLifecycle

/// Does the jobs that are assigned to this worker, while it holds the key of its name.
struct Worker: Service {
    let name: String
    let store: KeyValueStore
    let logger: Logger
    /// Calls a closure while the key of this worker's name is locked.
    let withMembership: @Sendable (@escaping @Sendable (HeldLock) async throws -> Void) async throws -> Void

    func run() async throws {
        while !Task.isShuttingDownGracefully {
            do {
                try await cancelWhenGracefulShutdown { try await withMembership { _ in try await work() } }
            } catch let error as CoordinationError where error.code == .lost {
                // The leader gives the jobs to others, until this worker is a member again.
                logger.warning("\(error)")
            } catch let error as ConsulHTTPError where error.code != .denied {
                logger.warning("joins again: \(error)")
                try await Task.sleep(for: .seconds(1))
            } catch is CancellationError where !Task.isCancelled {
                // Graceful shutdown.
            }
        }
    }

    private func work() async throws {
        for try await update in try store.watch(under: Pool.jobs) {
            for listed in update.value ?? [] where listed.text == name {
                // The list may be older than the last job that was done.
                guard let job = try await store.entry(listed.key).value, job.text == name else { continue }
                try await Task.sleep(for: .milliseconds(200))
                // Deletes nothing if the leader has given the job to another worker meanwhile.
                let isDone = try await store.delete(job.key, ifUnchangedSince: job.modifyIndex)
                logger.info("\(isDone ? "has done" : "was late for") job \(job.key.dropFirst(Pool.jobs.count))")
            }
        }
        try Task.checkCancellation()
    }
}

/// The work of the leader.
struct Assignment: Sendable {
    let store: KeyValueStore
    let logger: Logger

    /// Creates and assigns jobs until the task is canceled, which it is when the term ends.
    func run(during term: LeaderElection.Term) async throws {
        try await withThrowingTaskGroup { group in
            group.addTask { try await create(during: term) }
            group.addTask { try await assign(during: term) }
            defer { group.cancelAll() }
            try await group.next()
        }
    }

    private func create(during term: LeaderElection.Term) async throws {
        for number in 1... {
            // No other term has the same number, so names are unique.
            _ = try await commit([.set("\(Pool.jobs)\(term.number)-\(number)", [])], term)
            try await Task.sleep(for: .milliseconds(500))
        }
    }

    private func assign(during term: LeaderElection.Term) async throws {
        // Each update is one moment of the store: workers and jobs fit together.
        for try await update in try store.watch(under: Pool.prefix) {
            let entries = update.value ?? []
            let workers = entries.filter { $0.key.hasPrefix(Pool.workers) && $0.session != nil }.compactMap(\.text)
            // New jobs have no worker, and those of workers that are gone have none any more.
            for job in entries where job.key.hasPrefix(Pool.jobs) && !workers.contains(job.text ?? "") {
                guard let worker = workers.randomElement() else { break }
                let isWritten = try await commit(
                    [.set(job.key, Array(worker.utf8), ifUnchangedSince: job.modifyIndex)],
                    term
                )
                if isWritten { logger.info("assigns job \(job.key.dropFirst(Pool.jobs.count)) to \(worker)") }
            }
        }
    }

    /// Writes as the leader.
    ///
    /// - Returns: False if Consul cannot be asked, or if a job has changed. The next update shows what there is.
    /// - Throws: ``CoordinationError`` if this worker does not lead any more, which ends the term.
    private func commit(
        _ operations: [KeyValueTransaction.Operation],
        _ term: LeaderElection.Term
    ) async throws -> Bool {
        do {
            try await term.commit(operations)
            return true
        } catch let error as ConsulHTTPError {
            // An outage ends no term: the lease decides.
            logger.warning("\(error)")
        } catch is TransactionRefusal {}
        return false
    }
}
