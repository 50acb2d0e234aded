// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import InMemoryLogging
import Logging
import TestSupport
import Testing

/// The lock in the metadata of log messages.
struct LockLogTests {
    /// A logger with the metadata provider, and the log that it writes to.
    private static func logging() -> (Logger, InMemoryLogHandler) {
        var handler = InMemoryLogHandler()
        handler.metadataProvider = .consul
        return (Logger(label: "test") { [handler] _ in handler }, handler)
    }

    @Test func `Messages inside the body of a lock have its key and its fencing token, and others do not`()
        async throws
    {
        let (logger, log) = Self.logging()
        let scene = try await LockScene()
        let tokens = try await withConsul(scene.agent) { consul in
            logger.info("before")
            let tokens = try await consul.withLock(scene.name, scene.options()) { outer in
                logger.info("outer")
                let inner = try await consul.withLock(scene.name + "/inner", scene.options()) { inner in
                    // A child task has the metadata, too.
                    await withTaskGroup { group in group.addTask { logger.info("inner") } }
                    return inner.fencingToken
                }
                logger.info("outer again")
                return [outer.fencingToken, inner]
            }
            logger.info("after")
            return tokens
        }
        let outer: Logger.Metadata = ["consul.lock.key": "\(scene.name)", "consul.lock.token": "\(tokens[0])"]
        let inner: Logger.Metadata = ["consul.lock.key": "\(scene.name)/inner", "consul.lock.token": "\(tokens[1])"]
        #expect(log.entries.map { "\($0.message)" } == ["before", "outer", "inner", "outer again", "after"])
        #expect(log.entries.map(\.metadata) == [[:], outer, inner, outer, [:]])
    }

    @Test func `Messages inside the body of several locks have all keys, and those of a semaphore its prefix`()
        async throws
    {
        let (logger, log) = Self.logging()
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            let keys = [scene.name + "/b", scene.name + "/a"]
            let tokens = try await consul.withLocks(keys, scene.options()) { locks in
                logger.info("locks")
                return locks.map(\.fencingToken)
            }
            #expect(tokens[0] == tokens[1])
            let expected: Logger.Metadata = [
                "consul.lock.key": .array(keys.map { "\($0)" }), "consul.lock.token": "\(tokens[0])",
            ]
            #expect(log.entries.last?.metadata == expected)
            let prefix = scene.name + "/semaphore"
            let options = SemaphoreOptions(session: scene.options().session)
            let token = try await consul.withSemaphore(prefix, limit: 2, options) { slot in
                logger.info("slot")
                return slot.fencingToken
            }
            #expect(log.entries.last?.metadata == ["consul.lock.key": "\(prefix)", "consul.lock.token": "\(token)"])
        }
    }
}
