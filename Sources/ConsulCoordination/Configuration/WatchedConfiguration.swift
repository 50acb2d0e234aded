// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP
import ResolverSupport

/// A configuration in Consul's key/value store: its current value, and each valid one from then on.
///
/// ```swift
/// struct Settings: Decodable { var database: Database; var features: [String] }
///
/// let configuration = consul.keyValues.configuration(Settings.self, in: try .prefix("config/web"))
/// for try await update in configuration {
///     if let settings = update.value { apply(settings, update.changes) }
///     if let rejection = update.rejection { logger.error("\(rejection)") }
/// }
/// ```
///
/// - The keys of one prefix are read together, so a value is never a mixture of two states of the store. For several
///   prefixes see ``ConfigurationSource``.
/// - A deleted key is a change. A key that Consul leaves out because the token may not read it is none, nor is a failure
///   of Consul: the last value stays, and ``ConfigurationUpdate/interruption`` has the reason.
/// - Keys that do not form a valid value leave the last valid one in place, and are reported as
///   ``ConfigurationUpdate/rejection``.
/// - Changes in quick succession are delivered together (``ConfigurationOptions/quietTime``).
/// - Updates are whole states: a slow iterator receives only the latest one, and its differences are to the update that
///   it received before.
///
/// A watched configuration is a description: it sends no request before it is iterated. Each iterator decodes for
/// itself, and all of them share the blocking queries. Iterate once in a program, and share the value.
public struct WatchedConfiguration<Value: Sendable>: AsyncSequence, Sendable {
    private let engine: @Sendable () -> ConfigurationEngine<Value>

    init(
        _ store: KeyValueStore,
        _ source: ConfigurationSource,
        _ options: ConfigurationOptions,
        decode: @escaping @Sendable (ConfigurationContent) throws -> Value
    ) {
        engine = {
            ConfigurationEngine(store: store, source: source, options: options, time: .continuous, decode: decode)
        }
    }

    /// Starts the watch. It ends when the iterator is deinitialized.
    public func makeAsyncIterator() -> Iterator { Iterator(engine()) }

    /// The iterator of one reader.
    public struct Iterator: AsyncIteratorProtocol {
        private let engine: ConfigurationEngine<Value>
        private var states: AsyncStream<ConfigurationState<Value>>.Iterator
        private var last: ConfigurationContent?
        private var hasEnded = false

        init(_ engine: ConfigurationEngine<Value>) {
            self.engine = engine
            states = engine.start().makeAsyncIterator()
        }

        /// Waits for the next update.
        ///
        /// - Returns: The update; `nil` if the task was canceled, or if the client was shut down in the meantime.
        /// - Throws: The error that ended the watch, once; later calls return `nil`.
        public mutating func next(
            isolation actor: isolated (any Actor)? = #isolation
        ) async throws(ConsulHTTPError) -> ConfigurationUpdate<Value>? {
            guard let state = await states.next(isolation: actor) else {
                defer { hasEnded = true }
                if !hasEnded, let failure = engine.failure { throw failure }
                return nil
            }
            defer { last = state.content }
            return ConfigurationUpdate(
                value: state.value,
                changes: ConfigurationChanges(from: last, to: state.content),
                origins: state.content?.entries.mapValues(\.origin) ?? [:],
                index: state.content?.index,
                isFromFile: state.isFromFile,
                rejection: state.rejection,
                interruption: state.interruption,
                isFilteredByACLs: state.isFiltered
            )
        }
    }
}

extension KeyValueStore {
    /// Returns a watched configuration that is decoded from keys: the parts of a key between slashes are the names of
    /// properties.
    ///
    /// Below the prefix of their layer, `database/port` is the property `port` of the property `database`, and a key of
    /// a dictionary likewise. An array is either one value with commas, or keys that end with numbers (`hosts/0`,
    /// `hosts/1`). Numbers and `Bool` (`true`, `yes`, `on`, `1`) may have white space around them, a `String` is the
    /// unchanged text, `[UInt8]` the bytes, and a `Duration` has Go's notation (`1m30s`). A property without a key is
    /// `nil`, or an error if it is not optional. Keys without a property are ignored.
    ///
    /// - Parameters:
    ///   - type: The type of the value. Its initializer may check it, and reject it by throwing.
    ///   - source: The keys.
    ///   - options: Delays and the snapshot file.
    public func configuration<Value: Decodable & Sendable>(
        _ type: Value.Type = Value.self,
        in source: ConfigurationSource,
        options: ConfigurationOptions = ConfigurationOptions()
    ) -> WatchedConfiguration<Value> {
        WatchedConfiguration(self, source, options) { content in
            try KeyValueDecoder.decode(Value.self, from: content.entries)
        }
    }

    /// Returns a watched configuration that is one document under one key, in any format.
    ///
    /// ```swift
    /// let configuration = try consul.keyValues.configuration(document: "config/web.json") { bytes in
    ///     try JSONDecoder().decode(Settings.self, from: Data(bytes))
    /// }
    /// ```
    ///
    /// A deleted document is rejected with a `DecodingError`, and leaves the last valid value in place.
    ///
    /// - Parameters:
    ///   - key: The key of the document.
    ///   - options: Delays and the snapshot file.
    ///   - decode: Decodes the document, or rejects it by throwing. It is called in a task of the watch, and delays
    ///     its updates.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for an invalid key.
    public func configuration<Value: Sendable>(
        document key: String,
        options: ConfigurationOptions = ConfigurationOptions(),
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) throws(CoordinationError) -> WatchedConfiguration<Value> {
        WatchedConfiguration(self, try .document(key), options) { content in
            guard let entry = content.entries[key] else {
                throw DecodingError.valueNotFound(
                    Value.self,
                    DecodingError.Context(codingPath: [], debugDescription: "the key \"\(key)\" does not exist")
                )
            }
            return try decode(entry.value)
        }
    }

    /// Returns a watched configuration of undecoded keys.
    package func configurationContent(
        in source: ConfigurationSource,
        options: ConfigurationOptions
    ) -> WatchedConfiguration<ConfigurationContent> {
        WatchedConfiguration(self, source, options) { $0 }
    }

    /// Returns the value of one key of a configuration, read from Consul now.
    ///
    /// The layers are read one by one, the last one first, until one has the key. A single key that the token may not
    /// read is an error, and not absent as in a recursive read.
    ///
    /// - Returns: `nil` if no layer has the key.
    /// - Throws: ``CoordinationError`` for a key that Consul cannot have; ``/ConsulHTTP/ConsulHTTPError``;
    ///   `CancellationError`.
    package func configurationEntry(
        of name: String,
        in source: ConfigurationSource
    ) async throws -> ConfigurationContent.Entry? {
        for layer in source.layers.reversed() {
            guard let entry = try await entry(layer.origin + name).value else { continue }
            return ConfigurationContent.Entry(value: entry.value, origin: layer.origin)
        }
        return nil
    }
}
