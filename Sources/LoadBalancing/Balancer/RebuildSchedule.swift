// SPDX-License-Identifier: Apache-2.0

/// Decides when a snapshot is made because of what requests have shown, or because time has passed. A pure value.
///
/// A snapshot of thousands of endpoints takes milliseconds, and a thread that picks or reports makes it. When thousands fail
/// at once, one snapshot for each failure would take seconds of callers' time. So after each snapshot there is a pause in
/// proportion to the time that it took, and the next one covers everything that was learned meanwhile. Nothing has to wait
/// for that: picks skip an ejected endpoint as soon as its record says so (``LoadCell/admission``).
///
/// Updates do not wait either. Their threads are not in the middle of a request.
struct RebuildSchedule {
    /// The length of a pause, in times of what the snapshot before it took: making snapshots takes a twentieth of one thread
    /// at most.
    private static let proportion: Int64 = 20

    /// In nanoseconds. A thread may be interrupted in the middle, which looks like a very expensive snapshot.
    private static let longest: Int64 = 1_000_000_000

    private var underWay = 0
    private var isWanted = false
    private var notBefore = Moment.distantPast
    /// When the pause began. A clock that shows less has gone back, and the pause with it.
    private var restedSince = Moment.distantPast

    /// The pause after a snapshot that took so long.
    static func pause(after build: Nanoseconds) -> Duration {
        .nanoseconds(min(build.count, longest / proportion) &* proportion)
    }

    /// The moment from which on a snapshot may be made that is wanted; the distant future if none is, or one is under way.
    var due: Moment { isWanted && underWay == 0 ? notBefore : .distantFuture }

    /// Whether the snapshot in use may not know all that has happened.
    var isOutdated: Bool { isWanted || underWay > 0 }

    /// Something has changed.
    mutating func want() { isWanted = true }

    /// Begins a snapshot if one is wanted and the pause is over.
    ///
    /// - Parameter ignoresPause: Whether the snapshot there is has become useless.
    /// - Returns: Whether to make it now. Only one thread at a time is told so.
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

    /// A snapshot is done.
    mutating func end(begunAt start: Moment, at now: Moment) {
        underWay -= 1
        notBefore = max(notBefore, now + RebuildSchedule.pause(after: now.nanoseconds(since: start)))
        restedSince = now
    }
}
