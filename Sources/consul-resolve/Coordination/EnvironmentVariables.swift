// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulCoordination

/// Entries of the key/value store as environment variables.
struct EnvironmentVariables: Equatable {
    /// The variables and their values.
    let values: [String: String]

    /// - Parameters:
    ///   - entries: The entries, all with keys below the folder.
    ///   - folder: The beginning of the keys, with a slash at its end.
    /// - Throws: ``ExitStatus/unknown`` for two keys that mean one variable, and for a value with a NUL byte, which no
    ///   variable can hold; the reason is on standard error.
    init(_ entries: [KeyValueEntry], under folder: String) throws {
        var values: [String: String] = [:]
        var origins: [String: String] = [:]
        for entry in entries {
            let rest = entry.key.dropFirst(folder.count)
            // A key that ends with a slash is a folder of Consul's web interface, and has no value.
            if rest.isEmpty || rest.hasSuffix("/") { continue }
            let name = String(rest.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "_" })
            if let other = origins[name] {
                throw Terminal.failure("\(other) and \(entry.key) both mean the variable \(name); rename one of them")
            }
            if entry.value.contains(0) {
                throw Terminal.failure("the value of \(entry.key) has a NUL byte, which no variable can hold")
            }
            origins[name] = entry.key
            values[name] = String(decoding: entry.value, as: UTF8.self)
        }
        self.values = values
    }
}
