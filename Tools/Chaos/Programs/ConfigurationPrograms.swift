// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import NIOConcurrencyHelpers
import TestSupport

/// A program that writes two values together, again and again, through a network that fails.
struct ConfiguringProgram: Sendable {
    let client: ChaosClient
    let ledger: NIOLockedValueBox<Ledger>

    static let prefix = "chaos/settings"

    func run() async throws {
        try await client.withConsul { consul in
            for version in 1... {
                let value = Array("\(version)".utf8)
                do {
                    try await consul.keyValues.commit(
                        KeyValueTransaction([
                            .set("\(Self.prefix)/first", value), .set("\(Self.prefix)/second", value),
                        ])
                    )
                } catch {
                    try Task.checkCancellation()
                    ledger.withLockedValue { $0.count("configurations not written") }
                }
                // Often enough to change the keys between two reads of one reader.
                try await Task.sleep(for: .milliseconds(10))
                while ledger.withLockedValue({ $0.calmSince != nil }) {
                    try await Task.sleep(for: .milliseconds(20))
                }
            }
        }
    }
}

/// A program that follows the two values.
struct ConfiguredProgram: Sendable {
    private struct Settings: Decodable, Sendable {
        var first: Int
        var second: Int
    }

    let name: String
    let client: ChaosClient
    let ledger: NIOLockedValueBox<Ledger>
    /// The version that the program has.
    let seen = NIOLockedValueBox<Int?>(nil)
    private let lastUpdate = NIOLockedValueBox<ConfigurationUpdate<Settings>?>(nil)

    /// The failure that the program last heard of, for the report.
    var interruption: String { lastUpdate.withLockedValue { "\($0?.interruption, default: "not interrupted")" } }

    func run() async throws {
        try await client.withConsul { consul in
            let source = try ConfigurationSource.prefix(ConfiguringProgram.prefix)
            for try await update in consul.keyValues.configuration(Settings.self, in: source) {
                lastUpdate.withLockedValue { $0 = update }
                guard let settings = update.value else { continue }
                seen.withLockedValue { $0 = settings.first }
                ledger.withLockedValue { $0.read(settings.first, settings.second, by: name) }
            }
            try Task.checkCancellation()
        }
    }
}
