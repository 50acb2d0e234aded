// SPDX-License-Identifier: Apache-2.0

// A job that runs in one program at a time, and writes its progress only while it holds the lock.
//
//     consul agent -dev &
//     export CONSUL_HTTP_ADDR=127.0.0.1:8500
//     swift run FencedJob & swift run FencedJob
//
// The second run waits for the first. Delete the key of the lock while a run works (`consul kv delete
// examples/report/lock`): that run stops at once, and the waiting one begins. The program ends by itself.

import ConsulCoordination
import Foundation
import Logging

let logger = Logger(label: "job-\(ProcessInfo.processInfo.processIdentifier)")
let environment = ProcessInfo.processInfo.environment
let consul = try ConsulHTTPClient(configuration: ConsulHTTPConfiguration(environment: environment))

// Without health checks, a restart of the agent costs nothing. The lease is the time to live.
var options = LockOptions(session: .withoutHealthChecks(timeToLive: .seconds(10)))
options.wait = .atMost(.seconds(60))
options.onWait = { logger.info("waits for the lock: \($0)") }

do {
    try await consul.withLock("examples/report/lock", options) { lock in
        logger.info("holds the lock, with the fencing token \(lock.fencingToken)")
        for part in 1...3 {
            try await Task.sleep(for: .milliseconds(500))
            // One transaction: Consul checks that this session holds the lock, and then writes.
            try await lock.commit([
                .set("examples/report/progress", Array("\(part) of 3".utf8)),
                .set("examples/report/token", Array("\(lock.fencingToken)".utf8)),
            ])
            logger.info("has written part \(part) of 3")
        }
    }
    logger.info("has finished, and released the lock")
} catch let error as CoordinationError where error.code == .lost {
    logger.error("stops: \(error)")
} catch let error as CoordinationError where error.code == .notAcquired {
    logger.error("gives up: \(error)")
}
await consul.shutdown()
