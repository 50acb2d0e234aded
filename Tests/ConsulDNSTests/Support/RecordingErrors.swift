// SPDX-License-Identifier: Apache-2.0

import Testing

/// Runs the body of an exit test, and reports its errors.
///
/// An error that leaves such a body ends the process like a trap, and its description is lost. An issue that is
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
