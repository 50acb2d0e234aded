// SPDX-License-Identifier: Apache-2.0

/// The keys that a configuration consists of.
///
/// A prefix is a folder: a missing slash at its end is added, so `config/app` does not match `config/application`. Keys
/// that end with a slash are the folders that Consul's web interface creates; they are not part of a configuration.
public struct ConfigurationSource: Hashable, Sendable {
    /// A set of keys of which the later ones in a source override the earlier ones.
    struct Layer: Hashable, Sendable {
        /// The prefix of the keys with a slash at its end, or the key of a document.
        var origin: String
        /// The position of the read that answers for the layer.
        var read: Int
    }

    /// A read of Consul, which has one index.
    struct Read: Hashable, Sendable {
        /// The key, or the prefix with a slash at its end.
        var key: String
        var isRecursive: Bool
    }

    let layers: [Layer]
    let reads: [Read]

    /// The keys under one prefix. They are read together, so a value is never a mixture of two states of the store.
    ///
    /// - Parameter prefix: The prefix, which is removed from the keys.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a prefix that is not valid.
    public static func prefix(_ prefix: String) throws(CoordinationError) -> ConfigurationSource {
        try layers([prefix])
    }

    /// The keys under several prefixes. If two layers have a key, the value of the later one counts.
    ///
    /// Each layer is one read with an index of its own: the keys *of a layer* are of one state of the store, and those
    /// of *different* layers may be of states that a moment separates. A transaction that changes two layers can so be
    /// seen in one of them first, until the second read is answered. If that matters, use ``layers(_:below:)``, which
    /// reads all layers together.
    ///
    /// - Parameter prefixes: The prefixes, in rising precedence.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for no prefix, and for one that
    ///   is not valid.
    public static func layers(_ prefixes: [String]) throws(CoordinationError) -> ConfigurationSource {
        let folders = try folders(prefixes)
        return ConfigurationSource(
            layers: folders.enumerated().map { Layer(origin: $1, read: $0) },
            reads: folders.map { Read(key: $0, isRecursive: true) }
        )
    }

    /// The keys under several folders of one prefix, in one read: all layers are of the same state of the store.
    ///
    /// The whole prefix is read, and a change of any key under it causes another read. It should hold little besides
    /// the layers.
    ///
    /// - Parameters:
    ///   - folders: The folders below the prefix, in rising precedence, such as `default` and `web`.
    ///   - prefix: The prefix that they have in common.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for no folder, and for one that
    ///   is not valid.
    public static func layers(
        _ folders: [String],
        below prefix: String
    ) throws(CoordinationError) -> ConfigurationSource {
        let common = try Self.folders([prefix])[0]
        return ConfigurationSource(
            layers: try Self.folders(folders).map { Layer(origin: common + $0, read: 0) },
            reads: [Read(key: common, isRecursive: true)]
        )
    }

    static func document(_ key: String) throws(CoordinationError) -> ConfigurationSource {
        try KeyRules.check(key)
        return ConfigurationSource(
            layers: [Layer(origin: key, read: 0)],
            reads: [Read(key: key, isRecursive: false)]
        )
    }

    private static func folders(_ prefixes: [String]) throws(CoordinationError) -> [String] {
        guard !prefixes.isEmpty else {
            throw CoordinationError(.invalidArgument, "a configuration needs at least one layer")
        }
        var folders: [String] = []
        for prefix in prefixes {
            try KeyRules.check(prefix)
            folders.append(prefix.hasSuffix("/") ? prefix : prefix + "/")
        }
        return folders
    }

    /// A text that is equal for equal sources, for the snapshot file.
    var identity: String { layers.map(\.origin).joined(separator: "\n") }
}

extension ConfigurationSource {
    /// Returns true for a key of an answer that is part of a layer.
    func contains(_ key: String, of read: Int) -> Bool {
        layers.contains { $0.read == read && $0.name(of: key, isRecursive: reads[read].isRecursive) != nil }
    }

    /// Returns the keys of all layers, from one answer for each read.
    func entries(of answers: [[String: [UInt8]]]) -> [String: ConfigurationContent.Entry] {
        var merged: [String: ConfigurationContent.Entry] = [:]
        for layer in layers {
            for (key, value) in answers[layer.read] {
                guard let name = layer.name(of: key, isRecursive: reads[layer.read].isRecursive) else { continue }
                merged[name] = ConfigurationContent.Entry(value: value, origin: layer.origin)
            }
        }
        return merged
    }
}

extension ConfigurationSource.Layer {
    /// Returns a key without the layer's prefix; `nil` for a key that is not part of the layer.
    fileprivate func name(of key: String, isRecursive: Bool) -> String? {
        guard isRecursive else { return key == origin ? key : nil }
        guard key.utf8.starts(with: origin.utf8), !key.hasSuffix("/") else { return nil }
        return String(key.utf8.dropFirst(origin.utf8.count))
    }
}
