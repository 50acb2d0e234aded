// SPDX-License-Identifier: Apache-2.0

import Testing

/// Runs the body of an exit test, and records its error as an issue.
///
/// An error that leaves such a body ends the process as a trap does, and its text is lost. A recorded issue is passed
/// on to the test.
func recordingErrors(
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () async throws -> Void
) async {
    do {
        try await body()
    } catch {
        Issue.record(error, sourceLocation: sourceLocation)
    }
}
