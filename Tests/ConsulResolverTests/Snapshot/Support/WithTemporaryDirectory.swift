// SPDX-License-Identifier: Apache-2.0

import Foundation

/// Makes a directory, hands its path to the body, and removes it with all that is in it.
func withTemporaryDirectory<Output>(
    isolation: isolated (any Actor)? = #isolation,
    _ body: (String) async throws -> Output
) async throws -> Output {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("snapshot-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: url) }
    return try await body(url.path)
}
