// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import TestSupport
import Testing

/// Locks that are acquired in the order in which programs came, against real agents.
struct FairLockTests {
    private func options(_ scene: LockScene, wait: LockOptions.Wait = .forever, lockDelay: Duration = .zero)
        -> LockOptions
    {
        var options = scene.options(lockDelay: lockDelay, wait: wait)
        options.order = .fair
        return options
    }

    /// The sessions in the queue, in order.
    private func queue(_ scene: LockScene) async throws -> [String] {
        try await withConsul(scene.agent) { consul in
            try await consul.keyValues.entries(under: "\(scene.name)/.queue/", consistency: .consistent).value
                .sorted { $0.createIndex < $1.createIndex }.compactMap(\.session)
        }
    }

    private func expectFree(_ scene: LockScene, _ location: SourceLocation = #_sourceLocation) async throws {
        try await scene.expectNothingHeld(location)
        let keys = try await withConsul(scene.agent) { consul in
            try await consul.keyValues.keys(under: "\(scene.name)/", consistency: .consistent).value
        }
        #expect(keys.isEmpty, sourceLocation: location)
    }

    /// A program that waits for the lock, and holds it until it is told to release it.
    private final class Program: Sendable {
        let number: Int
        let release = Signal<Void>()
        let watchAnswers = WatchedValue(0)

        init(_ number: Int) { self.number = number }

        func run(_ scene: LockScene, _ options: LockOptions, _ order: WatchedValue<[Int]>) async throws {
            var configuration = ConsulHTTPClient.Configuration()
            configuration.address = try ConsulHTTPAddress("127.0.0.1:\(scene.agent.ports.http)")
            try EventLoops.start()
            let client = try ConsulHTTPClient(
                unstarted: configuration,
                onWatchRequest: { [watchAnswers] _ in watchAnswers.update { $0 += 1 } }
            )
            let result: Result<Void, any Error>
            do {
                result = .success(
                    try await client.withLock(scene.name, options) { [number, release] _ in
                        order.update { $0.append(number) }
                        _ = await release.wait()
                    }
                )
            } catch { result = .failure(error) }
            await client.shutdown()
            try result.get()
        }
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Ten waiters of ten clients acquire the lock in their order, and each release wakes one of them`(
        dress: AgentDress
    ) async throws {
        let scene = try await LockScene(dress: dress)
        let order = WatchedValue<[Int]>([])
        let programs = (0..<10).map(Program.init)
        let woken = WatchedValue(0)
        try await withDeadline(.seconds(240), "ten waiters") {
            try await withThrowingTaskGroup { group in
                for program in programs {
                    group.addTask { try await program.run(scene, options(scene), order) }
                    try await eventually("place \(program.number)", within: .seconds(60)) {
                        try await queue(scene).count == program.number + 1
                    }
                    // Its watch of the place before it, or of the lock that it holds, has been answered once.
                    try await program.watchAnswers.wait("a watch", within: .seconds(60)) { $0 >= 1 }
                }
                for program in programs {
                    try await order.wait("the turn of \(program.number)", within: .seconds(60)) {
                        $0.count == program.number + 1
                    }
                    let others = programs.dropFirst(program.number + 2)
                    let before = others.map(\.watchAnswers.current).reduce(0, +)
                    program.release.send(())
                    try await order.wait("the next turn", within: .seconds(60)) {
                        $0.count == min(program.number + 2, programs.count)
                    }
                    let after = others.map(\.watchAnswers.current).reduce(0, +)
                    woken.update { $0 += after - before }
                }
                try await group.waitForAll()
            }
        }
        #expect(order.current == Array(0..<10))
        // Without an order, 36 watches of programs that are not the next would be answered. Some blocking queries may end
        // on a slow machine, because their time is over.
        #expect(woken.current < 9)
        try await expectFree(scene)
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `Waiters in the middle that are canceled or lose their session are skipped`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let order = WatchedValue<[Int]>([])
        let programs = (0..<5).map(Program.init)
        try await withDeadline(.seconds(200), "five waiters") {
            var tasks: [Task<Void, any Error>] = []
            for program in programs {
                tasks.append(Task { try await program.run(scene, options(scene), order) })
                try await eventually("place \(program.number)", within: .seconds(60)) {
                    try await queue(scene).count == program.number + 1
                }
            }
            let sessions = try await queue(scene)
            try await order.wait("the first turn", within: .seconds(60)) { $0 == [0] }
            tasks[1].cancel()
            await #expect(throws: CancellationError.self) { try await tasks[1].value(within: .seconds(40)) }
            let left = try await queue(scene)
            #expect(left == sessions.filter { $0 != sessions[1] })
            try await scene.destroy(sessions[2])
            // The fourth one, whose place was behind the lost one, has deleted it and waits for the first.
            try await eventually("the lost place to be deleted", within: .seconds(60)) {
                try await scene.entry("/.queue/\(sessions[2])") == nil
            }
            #expect(order.current == [0])
            for program in programs { program.release.send(()) }
            for number in [0, 2, 3, 4] { try await tasks[number].value(within: .seconds(100)) }
        }
        // The one that lost its session has come again with another one, behind the others or beside the last of them.
        let rest = order.current.filter { $0 != 2 }
        #expect(rest == [0, 3, 4])
        #expect(order.current.contains(2))
        try await expectFree(scene)
    }

    @Test(arguments: [AgentDress.plain, .v1_22])
    func `The first in the queue waits for a program that has no place in it`(dress: AgentDress) async throws {
        let scene = try await LockScene(dress: dress)
        let stranger = try await scene.holdAsStranger()
        let order = WatchedValue<[Int]>([])
        let programs = (0..<2).map(Program.init)
        try await withDeadline(.seconds(100), "two waiters") {
            try await withThrowingTaskGroup { group in
                for program in programs {
                    group.addTask { try await program.run(scene, options(scene), order) }
                    try await eventually("place \(program.number)", within: .seconds(60)) {
                        try await queue(scene).count == program.number + 1
                    }
                    program.release.send(())
                }
                #expect(order.current.isEmpty)
                _ = try await scene.agent.put("/v1/kv/\(scene.name)?release=\(stranger)&flags=3304740253564472344")
                try await group.waitForAll()
            }
        }
        #expect(order.current == [0, 1])
        try await expectFree(scene)
    }

    @Test func `A lock-delay keeps the next in the queue from the key of a holder whose session ended`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            let isHeld = Signal<String>()
            let holder = Task {
                try await consul.withLock(scene.name, options(scene, lockDelay: .seconds(3))) { lock in
                    isHeld.send(lock.session)
                    try? await untilCanceled()
                }
            }
            let session = try #require(await isHeld.wait())
            try await withConsul(scene.agent) { rival in
                let reasons = WatchedValue<[CoordinationError.Reason]>([])
                var waiting = options(scene)
                waiting.onWait = { reason in reasons.update { $0.append(reason) } }
                async let token = rival.withLock(scene.name, waiting) { $0.fencingToken }
                try await reasons.wait("the rival to wait", within: .seconds(60)) { $0 == [.held] }
                try await scene.destroy(session)
                #expect(try await token > 0)
                #expect(reasons.current == [.held, .lockDelay])
            }
            let error = try await coordinationError { try await holder.value(within: .seconds(40)) }
            #expect(error.code == .lost)
            try await expectFree(scene)
        }
    }

    @Test func `A fair lock that is held is not acquired at once, and leaves no place`() async throws {
        let scene = try await LockScene()
        try await withConsul(scene.agent) { consul in
            try await consul.withLock(scene.name, options(scene)) { lock in
                try await withConsul(scene.agent) { rival in
                    // Time for the answer of a busy agent: without one, the reason is another.
                    for wait in [LockOptions.Wait.once, .atMost(.seconds(5))] {
                        let error = try await coordinationError {
                            try await rival.withLock(scene.name, options(scene, wait: wait)) { _ in }
                        }
                        #expect(error.code == .notAcquired)
                        #expect(error.reason == .held)
                        let queue = try await queue(scene)
                        #expect(queue == [lock.session])
                    }
                }
            }
            try await expectFree(scene)
        }
    }
}
