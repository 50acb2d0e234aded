// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Runs `body` with the path of a new directory, and removes the directory with its content afterwards.
func withTemporaryDirectory<Output>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (String) async throws -> Output
) async throws -> Output {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("snapshot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}
