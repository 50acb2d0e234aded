// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Foundation
import Logging
import ServiceLifecycle
import UnixSignals

/// A pool of workers that elect a leader. The leader creates jobs and assigns them to workers.
///
///     consul agent -dev &
///     export CONSUL_HTTP_ADDR=127.0.0.1:8500
///     swift run LeaderWorkers alice      # in one terminal
///     swift run LeaderWorkers bob        # in another one
///
/// Ctrl-C or SIGTERM ends a worker: its job is given to another one, and if it leads, another worker is elected at once.
/// After `kill -9`, that takes up to twice the time to live of its session and the lock-delay.
///
/// The leader writes by ``LeaderElection/Term/commit(_:)`` alone. A leader that was paused while another was elected
/// assigns no job: Consul itself refuses the write.
@main
struct LeaderWorkers {
    static func main() async throws {
        let process = ProcessInfo.processInfo
        let name = process.arguments.dropFirst().first ?? "worker-\(process.processIdentifier)"
        let logger = Logger(label: name)
        let consul = try ConsulHTTPClient(configuration: ConsulHTTPConfiguration(environment: process.environment))

        let worker = Worker(name: name, store: consul.keyValues, logger: logger) { body in
            try await consul.withLock(Pool.workers + name, Pool.lock(of: name), body)
        }
        let assignment = Assignment(store: consul.keyValues, logger: logger)
        let election = try LeaderElection(consul, key: Pool.leader, Pool.lock(of: name), logger: logger) { term in
            try await assignment.run(during: term)
        }
        let group = ServiceGroup(
            services: [election, worker],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
        await consul.shutdown()
    }
}

/// The keys of the pool.
enum Pool {
    static let prefix = "examples/pool/"
    /// The key of the election.
    static let leader = prefix + "leader"
    /// One key for each worker, locked while the worker runs.
    static let workers = prefix + "workers/"
    /// One key for each open job, whose value is the name of its worker.
    static let jobs = prefix + "jobs/"

    /// Returns the options of a lock that a worker holds. Without health checks, a lock-delay of a second is safe.
    static func lock(of worker: String) -> LockOptions {
        var session = SessionOptions.withoutHealthChecks(timeToLive: .seconds(10))
        session.lockDelay = .seconds(1)
        session.name = worker
        var options = LockOptions(session: session)
        options.value = Array(worker.utf8)
        return options
    }
}
