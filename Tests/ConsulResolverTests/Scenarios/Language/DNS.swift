// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// What the server does that is asked over DNS.
enum DNS {
    /// Gives an answer: from now on, or between two times since the beginning of the scenario, and so often at most. The
    /// last that was said counts; when it does not hold, the one before.
    ///
    /// - Parameter count: How many messages to answer like this. One that has to be asked again over TCP is two.
    static func answers(
        _ answer: ScriptedDNSAnswer,
        from start: Duration = .zero,
        until end: Duration = .seconds(1_000_000),
        times count: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.dnsAnswers.add(answer, during: start..<end, count: count) }
    }

    /// Takes questions and lets them wait.
    static func waits(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.dnsAnswers.hold() }
    }

    /// Answers what it has let wait, and the rest as usual.
    static func goesOn(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.dnsAnswers.release() }
    }

    /// Closes its port.
    static func stops(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { await $0.dns.stop() }
    }

    /// Opens its port again.
    static func starts(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { try await $0.dns.restart() }
    }
}
