// SPDX-License-Identifier: Apache-2.0

extension Snapshot {
    /// By how much clocks may differ: the file may have been written on another machine, or before this one's clock was
    /// set right. Beyond it no age can be told.
    static let clockTolerance: Int64 = 300

    /// What of it can still be used.
    ///
    /// Every answer has an age of its own: while Consul is down, each process writes again what it has loaded, and a file
    /// that is always young would carry the same answers for ever.
    ///
    /// - Parameter now: Seconds since 1970.
    /// - Throws: For a snapshot from the future, and one that is older than it may be.
    func answers(
        noOlderThan maximumAge: Duration,
        at now: Int64
    ) throws(SnapshotError) -> [ServiceRequest: StoredAnswer] {
        // Nothing that is read is before 1970 either, so no difference overflows.
        let now = max(now, 0)
        guard writtenAt - now <= Self.clockTolerance else {
            throw SnapshotError(.damaged, "was written \(writtenAt - now) s in the future")
        }
        guard Self.age(of: writtenAt, at: now) <= maximumAge else {
            throw SnapshotError(.tooOld, "was written \(now - writtenAt) s ago")
        }
        var answers: [ServiceRequest: StoredAnswer] = [:]
        for entry in entries where entry.givenAt - now <= Self.clockTolerance {
            let age = Self.age(of: entry.givenAt, at: now)
            guard age <= maximumAge, age < answers[entry.request]?.age ?? .seconds(Int64.max) else { continue }
            answers[entry.request] = StoredAnswer(
                endpoints: entry.endpoints,
                isComplete: entry.isComplete,
                age: age,
                givenAt: entry.givenAt
            )
        }
        return answers
    }

    private static func age(of moment: Int64, at now: Int64) -> Duration { .seconds(max(0, now - moment)) }
}
