// SPDX-License-Identifier: Apache-2.0

import Foundation
import LoadBalancing
import Logging
import ResolutionModel
import ResolutionSnapshot
import ResolverSupport

/// The directory of a client's snapshots, which a fault takes away: no write succeeds then, as on a full disk.
///
/// The permissions of a directory would not stop a run as root, and a disk that is really full needs one of its own.
struct SnapshotDisk: Sendable {
    let directory: String

    private var hidden: String { directory + ".away" }

    func create() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
    }

    func fail() throws { try FileManager.default.moveItem(atPath: directory, toPath: hidden) }

    func recover() throws { try FileManager.default.moveItem(atPath: hidden, toPath: directory) }

    func path(of name: String) -> String { "\(directory)/\(name)" }

    /// Returns the ports in a snapshot; `nil` if there is no such file, an empty set for a damaged one.
    func ports(in name: String) throws -> Set<UInt16>? {
        let path = path(of: name)
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        let logger = Logger(label: "chaos") { _ in SwiftLogNoOpLogHandler() }
        let answers = try SnapshotFile(path: path).load(noOlderThan: .longestTime, logger: logger)
        return Set(answers.values.flatMap { $0.endpoints.map(\.port) })
    }
}
