// SPDX-License-Identifier: Apache-2.0

package import ResolutionModel

extension Snapshot {
    /// The largest tolerated clock difference, in seconds: the file may have been written on another machine, or before
    /// this machine's clock was corrected. With a larger difference, ages are unknown.
    static let clockTolerance: Int64 = 300

    /// Returns the answers that are still usable.
    ///
    /// Each answer has an age of its own: while Consul is down, each process writes the answers that it has loaded
    /// again. With the age of the file alone, such answers would stay young forever.
    ///
    /// - Parameter now: The time in seconds since 1970.
    /// - Throws: ``SnapshotError`` for a snapshot from the future or one older than `maximumAge`.
    package func answers(
        noOlderThan maximumAge: Duration,
        at now: Int64
    ) throws(SnapshotError) -> [ServiceRequest: StoredAnswer] {
        // Decoded times are not negative either, so no difference overflows.
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
