// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers

/// All watches of one client: one loop for each thing that is watched, however many watch it.
final class WatchHub: Sendable {
    /// What makes two watches one: the question, and the type its answer is read as.
    private struct Key: Hashable, Sendable {
        let question: String
        let type: ObjectIdentifier
    }

    private struct Running: Sendable {
        let channel: any WatchEnding
        let task: Task<Void, Never>
    }

    private struct State: Sendable {
        var running: [Key: Running] = [:]
        var isShutDown = false
    }

    private let surroundings: WatchSurroundings
    private let state = NIOLockedValueBox(State())

    /// - Parameters:
    ///   - maximumLongPolls: How many questions may wait at the agent at once. The agent's own limit is 200 connections
    ///     for all that come from one address; half of them leaves room for everything else.
    ///   - time: Where the time comes from.
    ///   - chance: Random numbers in 0..<1.
    ///   - logger: Where to note what happens, at `debug`, and at `notice` that indexes differ.
    init(
        maximumLongPolls: Int = 100,
        time: WatchTime = WatchTime(ContinuousClock()),
        chance: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        logger: Logger = Logger(label: "consul-watch") { _ in SwiftLogNoOpLogHandler() }
    ) {
        surroundings = WatchSurroundings(
            time: time,
            chance: chance,
            permits: NIOLockedValueBox(LongPollPermits(limit: maximumLongPolls)),
            logger: logger
        )
    }

    /// Something to watch. Nothing is asked until somebody iterates.
    ///
    /// - Parameters:
    ///   - question: What is asked, written the same whenever it is the same: the path with its query. Watches with one
    ///     question share a loop, which is that of whoever came first, `policy` and `fetch` included.
    ///   - datacenter: The datacenter that is watched; `nil` for the client's own. Watches of one do not keep those of
    ///     another from checking.
    ///   - policy: The paces.
    ///   - fetch: Puts the question. Throws `ConsulHTTPError`; must end when its task is cancelled.
    ///   - check: Reads the same from any server, without waiting, beside a question that waits; `nil` for no checks.
    func watch<Value: Equatable & Sendable>(
        _ question: String,
        in datacenter: String? = nil,
        policy: WatchPolicy = WatchPolicy(),
        fetch: @escaping WatchLoop<Value>.Fetch,
        check: WatchLoop<Value>.Check? = nil
    ) -> ConsulWatch<Value> {
        ConsulWatch { self.subscribe(to: question, in: datacenter, policy: policy, fetch: fetch, check: check) }
    }

    /// Ends all watches and returns when their loops are done. Who iterates sees the end at once. Calling it again is
    /// harmless.
    func shutdown() async {
        let running = state.withLockedValue { state in
            state.isShutDown = true
            return Array(state.running.values)
        }
        for loop in running {
            loop.channel.finish(throwing: nil)
            loop.task.cancel()
        }
        for loop in running { await loop.task.value }
    }

    /// How many loops run.
    var loopCount: Int { state.withLockedValue { $0.running.count } }
}

// MARK: - Subscribing

extension WatchHub {
    private func subscribe<Value: Equatable & Sendable>(
        to question: String,
        in datacenter: String?,
        policy: WatchPolicy,
        fetch: @escaping WatchLoop<Value>.Fetch,
        check: WatchLoop<Value>.Check?
    ) -> WatchSubscription<Value>? {
        let key = Key(question: question, type: ObjectIdentifier(Value.self))
        while true {
            let (channel, isFresh) = state.withLockedValue { state -> (WatchChannel<Value>?, Bool) in
                if state.isShutDown { return (nil, false) }
                if let channel = state.running[key]?.channel as? WatchChannel<Value> { return (channel, false) }
                let channel = WatchChannel<Value>()
                let loop = WatchLoop(
                    name: question,
                    policy: policy,
                    surroundings: surroundings,
                    channel: channel,
                    datacenter: datacenter,
                    fetch: fetch,
                    check: check
                )
                state.running[key] = Running(channel: channel, task: start(loop, of: channel, as: key))
                return (channel, true)
            }
            guard let channel else { return nil }
            if isFresh || channel.join() { return WatchSubscription(channel) }
            // It has ended between the two locks, or is about to leave the table.
            remove(channel, as: key)
        }
    }

    /// Starts a loop. Its task is detached: it serves everybody, so it inherits nothing from whoever came first.
    private func start<Value: Equatable & Sendable>(
        _ loop: WatchLoop<Value>,
        of channel: WatchChannel<Value>,
        as key: Key
    ) -> Task<Void, Never> {
        Task.detached {
            var loop = loop
            await loop.run()
            self.remove(channel, as: key)
        }
    }

    /// Takes a loop that has ended from the table, unless another has its place already.
    private func remove(_ channel: some WatchEnding, as key: Key) {
        state.withLockedValue { state in
            if state.running[key]?.channel === channel { state.running[key] = nil }
        }
    }
}
