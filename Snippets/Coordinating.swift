// SPDX-License-Identifier: Apache-2.0

// snippet.connect
import ConsulCoordination
import Foundation

let environment = ProcessInfo.processInfo.environment
let consul = try ConsulHTTPClient(configuration: ConsulHTTPConfiguration(environment: environment))
// snippet.end

// snippet.hide
func makeReport() async throws -> [UInt8] { [] }
// snippet.show
// snippet.lock
try await consul.withLock("jobs/nightly", LockOptions(timeToLive: .seconds(15))) { lock in
    let report = try await makeReport()  // canceled before another program can acquire the lock
    try await lock.commit([.set("reports/latest", report)])  // refused by Consul if the lock was lost
}
// snippet.end

// snippet.wait
var options = LockOptions(timeToLive: .seconds(15))
options.wait = .atMost(.seconds(30))
options.onWait = { print("waits: \($0)") }
do {
    try await consul.withLock("jobs/nightly", options) { lock in print("holds", lock.key) }
} catch let error as CoordinationError where error.code == .notAcquired {
    print("not now: \(error)")
} catch let error as CoordinationError where error.code == .lost {
    print("lost while it worked: \(error)")
}
// snippet.end

// snippet.fence
struct StaleToken: Error {}

/// Stands for a store on another machine. In SQL: UPDATE reports SET body = $1, token = $2 WHERE token <= $2
actor ReportStore {
    private var largestToken: UInt64 = 0
    private(set) var report: [UInt8] = []

    func save(_ report: [UInt8], token: UInt64) throws {
        guard token >= largestToken else { throw StaleToken() }
        (largestToken, self.report) = (token, report)
    }
}

let reports = ReportStore()
try await consul.withLock("jobs/nightly", LockOptions(timeToLive: .seconds(15))) { lock in
    try await reports.save(try await makeReport(), token: lock.fencingToken)
}
// snippet.end

// snippet.session
var session = SessionOptions.withoutHealthChecks(timeToLive: .seconds(20))
session.lockDelay = .seconds(1)
session.name = "nightly report"
try await consul.withLock("jobs/nightly", LockOptions(session: session)) { lock in print(lock.session) }
// snippet.end
