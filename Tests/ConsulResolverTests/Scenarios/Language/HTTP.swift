// SPDX-License-Identifier: Apache-2.0

import Testing

/// What the server does that is asked over HTTP. Until told otherwise, it fails.
enum HTTP {
    /// Gives an answer, as ``DNS/answers(_:from:until:times:sourceLocation:)``.
    static func answers(
        _ answer: ScriptedHTTPAnswer,
        from start: Duration = .zero,
        until end: Duration = .seconds(1_000_000),
        times count: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.httpAnswers.add(answer, during: start..<end, count: count) }
    }

    /// Takes questions and lets them wait.
    static func waits(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.httpAnswers.hold() }
    }

    /// Answers what it has let wait, and the rest as usual.
    static func goesOn(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.httpAnswers.release() }
    }
}
