// SPDX-License-Identifier: Apache-2.0

#if Configuration

public import Configuration
public import ConsulCoordination
import ConsulHTTP
import Logging
import NIOConcurrencyHelpers
public import ServiceLifecycle

/// A provider for swift-configuration with values from Consul's key/value store.
///
/// ```swift
/// let consul = try ConsulHTTPClient()
/// let provider = try await RefetchingConsulProvider(consul.keyValues, source: try .prefix("config/web"))
/// let config = ConfigReader(providers: [EnvironmentVariablesProvider(), provider])
/// let group = ServiceGroup(services: [provider, server], logger: logger)
/// try await group.run()
/// ```
///
/// The components of a key are joined by slashes: `database.port` is the value of `config/web/database/port`. With
/// several layers (``/ConsulCoordination/ConfigurationSource``), the value of the last layer that has the key counts.
/// The context of a key is ignored.
///
/// ## Values
///
/// A value is text, which is converted to the type that is asked for: a string is the unchanged text; numbers and
/// truth values (`true`, `yes`, `on`, `1`) may have white space around them; an array is a list with separators, and an
/// empty one for an empty text; bytes are the unchanged bytes; a list of byte chunks is a list of Base64 texts. If a
/// value cannot be converted, that one lookup throws.
///
/// ## Access
///
/// - *Get* reads memory. The values change while ``run()`` runs: with each change in Consul, usually within
///   milliseconds.
/// - *Fetch* reads the key from Consul, and throws if Consul cannot be queried or the token may not read the key.
/// - *Watch* has the current value first and then each new one; a slow reader receives only the latest. A snapshot is
///   of one state of the store, as far as ``/ConsulCoordination/ConfigurationSource`` promises it.
///
/// While Consul cannot be queried, and for keys that the token may no longer read, the last values stay. The logger of
/// the options receives a warning. Such failures end neither ``run()`` nor the process.
public final class RefetchingConsulProvider: Sendable {
    private struct ValueWatcher: Sendable {
        let key: AbsoluteConfigKey
        let type: ConfigType
        var last: LookupResult?
        let updates: AsyncStream<Result<LookupResult, any Error>>.Continuation
    }

    private struct State: Sendable {
        var snapshot: ConsulSnapshot
        var version: UInt64 = 0
        var nextWatcher: UInt64 = 0
        var valueWatchers: [UInt64: ValueWatcher] = [:]
        var snapshotWatchers: [UInt64: AsyncStream<any ConfigSnapshot>.Continuation] = [:]
    }

    private let store: KeyValueStore
    private let source: ConfigurationSource
    private let configuration: WatchedConfiguration<ConfigurationContent>
    private let logger: Logger?
    private let state: NIOLockedValueBox<State>

    /// Creates a provider with the current values, or with those of the snapshot file if Consul cannot be queried.
    ///
    /// - Parameters:
    ///   - store: The key/value store.
    ///   - source: The keys.
    ///   - options: Delays, the snapshot file, and the logger. The file leaves out the keys that its own closure
    ///     excludes, whatever `secretsSpecifier` says.
    ///   - secretsSpecifier: The values that are not shown in logs, by key and value. By default those with a key that names a
    ///     secret (``/ConsulCoordination/ConfigurationSnapshotFile/looksSecret(_:)``).
    ///   - arraySeparator: The separator of the elements of an array. Default a comma.
    ///   - allowMissing: True to start without values if Consul cannot be queried and there is no snapshot file.
    ///     Default `false`: readers would take default values for those in Consul.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError`` if the values are unknown and `allowMissing` is `false`;
    ///   `CancellationError`.
    public init(
        _ store: KeyValueStore,
        source: ConfigurationSource,
        options: ConfigurationOptions = ConfigurationOptions(),
        secretsSpecifier: SecretsSpecifier<String, [UInt8]> = .dynamic { key, _ in
            ConfigurationSnapshotFile.looksSecret(key)
        },
        arraySeparator: Character = ",",
        allowMissing: Bool = false
    ) async throws {
        (self.store, self.source, logger) = (store, source, options.logger)
        configuration = store.configurationContent(in: source, options: options)
        let parser = ConsulValueParser(secrets: secretsSpecifier, separator: arraySeparator)
        var content = ConfigurationContent(entries: [:], index: nil)
        for try await update in configuration {
            if let value = update.value {
                content = value
                break
            }
            guard let interruption = update.interruption else { continue }
            guard allowMissing else { throw interruption }
            break
        }
        try Task.checkCancellation()
        state = NIOLockedValueBox(State(snapshot: ConsulSnapshot(content: content, parser: parser)))
    }

    /// The current values, all of one state.
    private var current: ConsulSnapshot { state.withLockedValue { $0.snapshot } }
}

// MARK: - Access

extension RefetchingConsulProvider: ConfigProvider {
    /// The name of the provider in logs.
    public var providerName: String { ConsulSnapshot.providerName }

    /// Returns the current value from memory.
    ///
    /// - Throws: An error that names the key and the type, if the value cannot be converted.
    public func value(forKey key: AbsoluteConfigKey, type: ConfigType) throws -> LookupResult {
        try current.value(forKey: key, type: type)
    }

    /// Reads the value from Consul. The values in memory are not changed.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError`` if Consul cannot be queried or the token may not read the key; as
    ///   ``value(forKey:type:)``; `CancellationError`.
    public func fetchValue(forKey key: AbsoluteConfigKey, type: ConfigType) async throws -> LookupResult {
        let name = ConsulSnapshot.name(of: key)
        return try current.result(name, try await store.configurationEntry(of: name, in: source), type)
    }

    /// Returns the current values.
    public func snapshot() -> any ConfigSnapshot { current }

    /// Calls a closure with the values of a key: the current one, and each that differs from then on.
    ///
    /// - Throws: The errors of the closure.
    nonisolated(nonsending)
        public func watchValue<Return: ~Copyable>(
            forKey key: AbsoluteConfigKey,
            type: ConfigType,
            updatesHandler:
                nonisolated(nonsending) (
                    _ updates: ConfigUpdatesAsyncSequence<Result<LookupResult, any Error>, Never>
                ) async throws -> Return
        ) async throws -> Return
    {
        let (stream, updates) = AsyncStream<Result<LookupResult, any Error>>.makeStream(
            bufferingPolicy: .bufferingNewest(1)
        )
        let id = enroll(yield: { updates.yield($0.lookup(key, type)) }) { state, id in
            let last = try? state.snapshot.lookup(key, type).get()
            state.valueWatchers[id] = ValueWatcher(key: key, type: type, last: last, updates: updates)
        }
        defer { state.withLockedValue { $0.valueWatchers[id] = nil } }
        return try await updatesHandler(ConfigUpdatesAsyncSequence(stream))
    }

    /// Calls a closure with the values of all keys: the current ones, and each state that differs from then on.
    ///
    /// - Throws: The errors of the closure.
    nonisolated(nonsending)
        public func watchSnapshot<Return: ~Copyable>(
            updatesHandler:
                nonisolated(nonsending) (
                    _ updates: ConfigUpdatesAsyncSequence<any ConfigSnapshot, Never>
                ) async throws -> Return
        ) async throws -> Return
    {
        let (stream, updates) = AsyncStream<any ConfigSnapshot>.makeStream(bufferingPolicy: .bufferingNewest(1))
        let id = enroll(yield: { updates.yield($0) }) { $0.snapshotWatchers[$1] = updates }
        defer { state.withLockedValue { $0.snapshotWatchers[id] = nil } }
        return try await updatesHandler(ConfigUpdatesAsyncSequence(stream))
    }

    /// Yields the current snapshot, and adds a watcher to the state in which that is still the current one.
    private func enroll(
        yield: (ConsulSnapshot) -> Void,
        _ add: (inout State, UInt64) -> Void
    ) -> UInt64 {
        while true {
            let (snapshot, version) = state.withLockedValue { ($0.snapshot, $0.version) }
            yield(snapshot)
            let id: UInt64? = state.withLockedValue { state in
                guard state.version == version else { return nil }
                state.nextWatcher += 1
                add(&state, state.nextWatcher)
                return state.nextWatcher
            }
            if let id { return id }
        }
    }
}

// MARK: - Updates

extension RefetchingConsulProvider: Service {
    /// Keeps the values up to date until graceful shutdown, or until the task is canceled or the client is shut down.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError`` if Consul rejects the read as invalid.
    public func run() async throws {
        var isInterrupted = false
        for try await update in configuration.cancelOnGracefulShutdown() {
            if let content = update.value, content.entries != current.content.entries { adopt(content) }
            if let interruption = update.interruption {
                logger?.warning("the configuration may be out of date", metadata: ["consul.failure": "\(interruption)"])
            } else if isInterrupted {
                logger?.info("the configuration is up to date again")
            }
            isInterrupted = update.interruption != nil
        }
    }

    private func adopt(_ content: ConfigurationContent) {
        typealias ValueUpdate = (
            AsyncStream<Result<LookupResult, any Error>>.Continuation, Result<LookupResult, any Error>
        )
        let (values, snapshots, snapshot) = state.withLockedValue { state in
            state.snapshot.content = content
            state.version += 1
            var values: [ValueUpdate] = []
            for (id, watcher) in state.valueWatchers {
                let result = state.snapshot.lookup(watcher.key, watcher.type)
                let value = try? result.get()
                if value != nil, value == watcher.last { continue }
                state.valueWatchers[id]?.last = value
                values.append((watcher.updates, result))
            }
            return (values, Array(state.snapshotWatchers.values), state.snapshot)
        }
        for (updates, value) in values { updates.yield(value) }
        for updates in snapshots { updates.yield(snapshot) }
    }
}

extension RefetchingConsulProvider: CustomStringConvertible, CustomDebugStringConvertible {
    /// The name and the number of values.
    public var description: String { current.description }

    /// The name and the values, without secrets.
    public var debugDescription: String { current.debugDescription }
}

#endif
