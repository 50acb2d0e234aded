// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Logging
import NIOConcurrencyHelpers
import ResolverSupport

/// The state that an engine publishes.
struct ConfigurationState<Value: Sendable>: Sendable {
    var value: Value?
    /// The keys of ``value``.
    var content: ConfigurationContent?
    var isFromFile = false
    var rejection: ConfigurationRejection?
    var interruption: ConsulHTTPError?
    var isFiltered = false
}

/// Carries out the actions of ``ConfigurationReload`` for one iterator.
///
/// One task runs per iterator. Its children are a watch for each read, and at most one proof for each read, one access
/// to the snapshot file and a few timers. It ends when the stream of states is canceled.
final class ConfigurationEngine<Value: Sendable>: Sendable {
    private let store: KeyValueStore
    private let source: ConfigurationSource
    private let options: ConfigurationOptions
    private let time: TimeSource
    private let decode: @Sendable (ConfigurationContent) throws -> Value

    private let machine: NIOLockedValueBox<ConfigurationReload>
    private let file: ConfigurationFile?
    private let timers = NIOLockedValueBox<[Moment]>([])
    private let ending = NIOLockedValueBox<(hasEnded: Bool, failure: ConsulHTTPError?)>((false, nil))
    private let events: AsyncStream<Void>
    /// Wakes the main loop; events in quick succession are one.
    private let wake: AsyncStream<Void>.Continuation

    init(
        store: KeyValueStore,
        source: ConfigurationSource,
        options: ConfigurationOptions,
        time: TimeSource,
        decode: @escaping @Sendable (ConfigurationContent) throws -> Value
    ) {
        (self.store, self.source, self.options, self.time, self.decode) = (store, source, options, time, decode)
        machine = NIOLockedValueBox(ConfigurationReload(source: source, options: options, at: time.now()))
        let identity = source.identity + (store.datacenter.map { "\n\($0)" } ?? "")
        file = options.snapshot.map { ConfigurationFile(options: $0, source: identity, logger: options.logger) }
        (events, wake) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The error that ended the watch.
    var failure: ConsulHTTPError? { ending.withLockedValue { $0.failure } }

    /// Starts the engine. The stream keeps the latest state only.
    func start() -> AsyncStream<ConfigurationState<Value>> {
        let (states, continuation) = AsyncStream<ConfigurationState<Value>>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        let task = Task {
            await self.run(publishingTo: continuation)
            continuation.finish()
        }
        continuation.onTermination = { _ in task.cancel() }
        return states
    }

    private func run(publishingTo states: AsyncStream<ConfigurationState<Value>>.Continuation) async {
        await withDiscardingTaskGroup { group in
            for read in source.reads.indices { group.addTask { await self.follow(read) } }
            var state = ConfigurationState<Value>()
            var hasNews = false
            var iterator = events.makeAsyncIterator()
            loop: while !ending.withLockedValue({ $0.hasEnded }) {
                let now = time.now()
                let action = machine.withLockedValue { $0.nextAction(at: now) }
                if case .decode(let candidate) = action {
                    settle(candidate, in: &state)
                    hasNews = true
                    continue
                }
                hasNews = update(&state) || hasNews
                if hasNews, !machine.withLockedValue({ $0.awaitsFile }) {
                    states.yield(state)
                    hasNews = false
                }
                switch action {
                case .decode: break
                case .prove(let proof): group.addTask { await self.carryOut(proof) }
                case .load: group.addTask { await self.load() }
                case .store(let content): group.addTask { await self.write(content) }
                case .wait(let moment):
                    if let timer = claimTimer(at: moment) { group.addTask { await self.sleep(until: timer) } }
                    if await iterator.next() == nil { break loop }
                case .rest:
                    if await iterator.next() == nil { break loop }
                }
            }
            group.cancelAll()
        }
    }

    // MARK: The state

    private func settle(_ candidate: ConfigurationReload.Candidate, in state: inout ConfigurationState<Value>) {
        var isValid = true
        do {
            state.value = try decode(candidate.content)
            state.content = candidate.content
            if !candidate.isFromFile { state.rejection = nil }
        } catch {
            isValid = false
            if candidate.isFromFile {
                options.logger?.warning(
                    "the snapshot file has no valid configuration",
                    metadata: ["consul.failure": "\(error)"]
                )
            } else {
                state.rejection = ConfigurationRejection(error: error, index: candidate.content.index)
            }
        }
        let now = time.now()
        machine.withLockedValue { $0.decoded(candidate, isValid: isValid, at: now) }
    }

    /// Copies what the machine knows into the state.
    ///
    /// - Returns: True if the state has news.
    private func update(_ state: inout ConfigurationState<Value>) -> Bool {
        let (interruption, isFiltered, isFromFile) = machine.withLockedValue { machine in
            let interruption = machine.interruption ?? (machine.isSettling ? state.interruption : nil)
            return (interruption, machine.isFiltered, machine.isFromFile)
        }
        defer { (state.interruption, state.isFiltered, state.isFromFile) = (interruption, isFiltered, isFromFile) }
        return state.interruption?.code != interruption?.code || state.isFiltered != isFiltered
            || state.isFromFile != isFromFile
    }
}

// MARK: - Children

extension ConfigurationEngine {
    private func follow(_ read: Int) async {
        let (key, isRecursive) = (source.reads[read].key, source.reads[read].isRecursive)
        do {
            if isRecursive {
                try await follow(try store.watch(under: key), as: read) { $0 }
            } else {
                try await follow(try store.watch(key), as: read) { entry in entry.map { [$0] } ?? [] }
            }
            end(nil)
        } catch {
            // The source has checked its keys, so no other error is thrown.
            end(error as? ConsulHTTPError)
        }
    }

    private func follow<Element>(
        _ watch: ConsulWatch<Element>,
        as read: Int,
        _ entries: (Element) -> [KeyValueEntry]
    ) async throws {
        for try await update in watch {
            let answer = update.answer.map { answer in
                ConfigurationReload.Answer(
                    values: Dictionary(entries(answer.value).lazy.map { ($0.key, $0.value) }) { $1 },
                    index: answer.metadata.index,
                    isFiltered: answer.metadata.filteredByACLs == true
                )
            }
            let now = time.now()
            machine.withLockedValue { $0.received(answer, failure: update.interruption, of: read, at: now) }
            wake.yield()
        }
    }

    /// Ends the engine: a watch has ended, so the configuration can no longer be followed.
    private func end(_ error: ConsulHTTPError?) {
        ending.withLockedValue { $0 = (true, $0.failure ?? error) }
        wake.yield()
    }

    private func carryOut(_ proof: ConfigurationReload.Proof) async {
        let prover = DeletionProof(store: store)
        let refusal: ConsulHTTPError?
        // Only the end of the watch cancels it.
        do { refusal = try await prover.refusal(of: proof.keys, at: proof.index) } catch { return }
        let now = time.now()
        machine.withLockedValue { $0.proved(proof, refusal, at: now) }
        wake.yield()
    }

    private func load() async {
        let content = await file?.load()
        machine.withLockedValue { $0.loaded(content) }
        wake.yield()
    }

    private func write(_ content: ConfigurationContent) async {
        let isSuccess = await file?.store(content) ?? true
        let now = time.now()
        machine.withLockedValue { $0.stored(isSuccess, at: now) }
        wake.yield()
    }

    /// Returns the time if no timer wakes the main loop earlier: then the loop finds out itself how long to wait on.
    private func claimTimer(at moment: Moment) -> Moment? {
        timers.withLockedValue { timers in
            guard moment < timers.min() ?? Moment(nanoseconds: .max) else { return nil }
            timers.append(moment)
            return moment
        }
    }

    private func sleep(until moment: Moment) async {
        try? await time.sleep(moment)
        timers.withLockedValue { timers in
            if let position = timers.firstIndex(of: moment) { timers.remove(at: position) }
        }
        wake.yield()
    }
}
