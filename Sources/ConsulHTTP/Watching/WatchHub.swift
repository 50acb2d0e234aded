// SPDX-License-Identifier: Apache-2.0

import Logging
import NIOConcurrencyHelpers
import ResolverSupport

/// All watches of one client: one loop for each watched query, however many subscribers it has.
final class WatchHub: Sendable {
    /// The identity of a watch: the query, and the type that its answer is decoded to.
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
    ///   - maximumLongPolls: The maximum number of blocking queries in flight. The agent's own limit is 200 connections
    ///     from one address; half of them leaves room for other requests.
    ///   - time: The clock.
    ///   - chance: Random numbers in 0..<1.
    ///   - logger: Receives events at `debug`, and at `notice` that indexes differ.
    init(
        maximumLongPolls: Int = 100,
        time: TimeSource = .continuous,
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

    /// Returns a watch. It sends no query before it is iterated.
    ///
    /// - Parameters:
    ///   - question: The identity of the query, equal for equal queries: the path and its parameters. Watches with
    ///     equal identities share one loop, with the `policy` and the `fetch` of the first one.
    ///   - datacenter: The watched datacenter; `nil` for the client's own. Watches of one datacenter do not delay the
    ///     checks of another.
    ///   - policy: The intervals and limits of the watch.
    ///   - fetch: Sends the query. It throws `ConsulHTTPError`, and must end when its task is canceled.
    ///   - check: Reads the same data from any server without blocking, alongside a blocking query; `nil` for no
    ///     checks.
    func watch<Value: Equatable & Sendable>(
        _ question: String,
        in datacenter: String? = nil,
        policy: WatchPolicy = WatchPolicy(),
        fetch: @escaping WatchLoop<Value>.Fetch,
        check: WatchLoop<Value>.Check? = nil
    ) -> ConsulWatch<Value> {
        ConsulWatch { self.subscribe(to: question, in: datacenter, policy: policy, fetch: fetch, check: check) }
    }

    /// Ends all watches and returns when their loops have ended. Iterators receive the end at once. Repeated calls are
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

    /// The number of running loops.
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
            // The loop has ended between the two locks, or is about to leave the table.
            remove(channel, as: key)
        }
    }

    /// Starts a loop. Its task is detached: it serves all subscribers, and so it inherits no context from the first
    /// one.
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

    /// Removes a loop that has ended from the table, unless another one has replaced it.
    private func remove(_ channel: some WatchEnding, as key: Key) {
        state.withLockedValue { state in
            if state.running[key]?.channel === channel { state.running[key] = nil }
        }
    }
}
