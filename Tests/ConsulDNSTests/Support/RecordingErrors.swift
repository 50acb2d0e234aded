// SPDX-License-Identifier: Apache-2.0

import Testing

/// Runs the body of an exit test, and reports what it throws.
///
/// An error that leaves such a body ends the process as a trap does, and nobody learns what it said. An issue that is
/// recorded there is passed on to the test.
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
