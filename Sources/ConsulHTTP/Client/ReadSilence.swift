// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// Decides when a read counts as silent: no byte of its answer has arrived for a while.
///
/// A connection can die without a trace: a gateway forgets it, or a network drops what it carries. HTTP/1.1 has no way to
/// ask whether the other side is still there, and the kernel finds out after minutes. Consul answers most reads within
/// milliseconds, and only those that wait for a leader take seconds. So silence is a reason to try another connection,
/// and no reason to give up the first one.
///
/// A pure value: every event carries its time.
struct ReadSilence: Sendable {
    /// The time without a byte after which a read is silent.
    static let patience = Duration.seconds(1)

    /// The time of the last sign of progress; `nil` before the read has a token.
    private var lastSign: Moment?

    /// Records progress: the request is about to be sent, or bytes have arrived.
    mutating func progressed(at now: Moment) { lastSign = now }

    /// Returns the time until the read is silent if no byte arrives; zero if it is.
    func remaining(at now: Moment) -> Duration {
        guard let lastSign else { return Self.patience }
        return max(.zero, Self.patience - lastSign.duration(to: now))
    }
}
