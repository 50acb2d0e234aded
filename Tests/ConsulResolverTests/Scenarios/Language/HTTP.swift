// SPDX-License-Identifier: Apache-2.0

import Testing

/// Cues for the HTTP server. It fails until the scenario sets an answer.
enum HTTP {
    /// Sets an answer, as ``DNS/answers(_:from:until:times:sourceLocation:)``.
    static func answers(
        _ answer: ScriptedHTTPAnswer,
        from start: Duration = .zero,
        until end: Duration = .seconds(1_000_000),
        times count: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.httpAnswers.add(answer, during: start..<end, count: count) }
    }

    /// Accepts requests and holds back the answers.
    static func waits(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.httpAnswers.hold() }
    }

    /// Sends the answers that were held back, and later ones at once.
    static func goesOn(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.httpAnswers.release() }
    }
}
