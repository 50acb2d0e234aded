// SPDX-License-Identifier: Apache-2.0

import ResolverSupport

/// The schedule of snapshots that are built because of what requests have shown, or because time has passed. A pure
/// value.
///
/// A snapshot of thousands of endpoints takes milliseconds, and a thread that picks or reports builds it. When
/// thousands fail at once, one snapshot for each failure would take seconds of callers' time. So each snapshot is
/// followed by a pause in proportion to its build time, and the next one covers everything that was learned meanwhile.
/// The pause delays no ejection: picks skip an ejected endpoint as soon as its record says so (``EndpointCounters/admission``).
///
/// Updates do not wait for the pause. Their threads are not in the middle of a request.
struct RebuildSchedule {
    /// The length of a pause, as a multiple of the build time before it: snapshots take a twentieth of one thread at
    /// most.
    private static let proportion: Int64 = 20

    /// The longest pause, in nanoseconds. A thread may be interrupted in the middle of a build, which looks like a very
    /// expensive snapshot.
    private static let longest: Int64 = 1_000_000_000

    private var underWay = 0
    private var isWanted = false
    private var notBefore = Moment.distantPast
    /// The start of the pause. A clock that shows less has been set back, and the pause does not count.
    private var restedSince = Moment.distantPast

    /// Returns the pause after a snapshot with this build time.
    static func pause(after build: Nanoseconds) -> Duration {
        .nanoseconds(min(build.count, longest / proportion) &* proportion)
    }

    /// The moment from which a wanted snapshot may be built; the distant future if no snapshot is wanted, or one is
    /// under way.
    var due: Moment { isWanted && underWay == 0 ? notBefore : .distantFuture }

    /// True if the snapshot in use may lack recent events.
    var isOutdated: Bool { isWanted || underWay > 0 }

    /// Notes that something has changed.
    mutating func want() { isWanted = true }

    /// Begins a snapshot if one is wanted and the pause is over.
    ///
    /// - Parameter ignoresPause: True if the snapshot in use has no usable endpoint left.
    /// - Returns: True if the caller has to build it now. Only one thread at a time gets this answer.
    mutating func beginIfDue(at now: Moment, ignoresPause: Bool = false) -> Bool {
        guard isWanted, underWay == 0, ignoresPause || now >= notBefore || now < restedSince else { return false }
        begin()
        return true
    }

    /// Begins a snapshot in any case, for another set of endpoints.
    mutating func begin() {
        isWanted = false
        underWay += 1
    }

    /// Ends a snapshot, and begins the pause after it.
    mutating func end(begunAt start: Moment, at now: Moment) {
        underWay -= 1
        notBefore = max(notBefore, now + RebuildSchedule.pause(after: now.nanoseconds(since: start)))
        restedSince = now
    }
}
