// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

/// Cues for the DNS server.
enum DNS {
    /// Sets an answer, from now on or for a period of the scenario, and at most `count` times. The last answer that was
    /// set applies; when it does not hold, the one before.
    ///
    /// - Parameter count: The number of messages to answer like this. A query that is repeated over TCP counts as
    ///   two.
    static func answers(
        _ answer: ScriptedDNSAnswer,
        from start: Duration = .zero,
        until end: Duration = .seconds(1_000_000),
        times count: Int? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.dnsAnswers.add(answer, during: start..<end, count: count) }
    }

    /// Accepts queries and holds back the answers.
    static func waits(sourceLocation: SourceLocation = #_sourceLocation) -> ServerCue {
        ServerCue(sourceLocation: sourceLocation) { $0.dnsAnswers.hold() }
    }

    /// Sends the answers that were held back, and later ones at once.
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
