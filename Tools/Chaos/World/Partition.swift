// SPDX-License-Identifier: Apache-2.0

import Foundation
import TestSupport

/// A cut between one server and the others, by rules of the kernel's routing. Clients reach all of them.
///
/// The rules apply to all programs of a network namespace, so they are made only in one of the tool's own, which
/// `scripts/own-network` creates. There, each server has an address of its own.
struct Partition: Sendable {
    /// True in a network namespace of the tool's own.
    static var isPossible: Bool { ProcessInfo.processInfo.environment["CHAOS_OWN_NETWORK"] == "1" }

    /// The addresses of the servers; those of three servers without partitions are the same.
    static var addresses: [String] { (1...3).map { isPossible ? "127.0.1.\($0)" : "127.0.0.1" } }

    /// The number of the server that is cut off.
    let server: Int

    func begin() async throws { try await change("add") }

    func end() async throws { try await change("del") }

    private func change(_ verb: String) async throws {
        let own = Self.addresses[server]
        for other in Self.addresses where other != own {
            for (source, destination) in [(own, other), (other, own)] {
                try await run(
                    "ip",
                    "rule",
                    verb,
                    "pref",
                    "5",
                    "from",
                    source,
                    "to",
                    destination,
                    "blackhole"
                )
            }
        }
    }

    private func run(_ arguments: String...) async throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = arguments
        let isOver = WatchedValue(false)
        process.terminationHandler = { _ in isOver.update { $0 = true } }
        try process.start()
        try await isOver.wait("ip", within: .seconds(10)) { $0 }
        guard process.terminationStatus == 0 else { throw CocoaError(.executableLoad) }
    }
}
