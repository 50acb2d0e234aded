// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing
package import ResolutionModel
package import ResolverSupport

/// The last known answers for the services that a process requests, for use by the next process.
///
/// Times are wall-clock times in whole seconds since 1970, since other clocks do not survive a restart. A snapshot
/// holds no secrets, since requests and endpoints are not secret.
package struct Snapshot: Hashable, Sendable {
    /// The answer for one service.
    package struct Entry: Hashable, Sendable {
        package var request: ServiceRequest
        package var endpoints: [Endpoint]
        /// The time at which Consul gave this answer, or last confirmed it.
        package var givenAt: Int64
        package var isComplete: Bool

        package init(request: ServiceRequest, endpoints: [Endpoint], givenAt: Int64, isComplete: Bool) {
            self.request = request
            self.endpoints = endpoints
            self.givenAt = givenAt
            self.isComplete = isComplete
        }
    }

    var writtenAt: Int64
    package var entries: [Entry]
}

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
    /// - Throws: ``PrivateFileError`` for a snapshot from the future or one older than `maximumAge`.
    package func answers(
        noOlderThan maximumAge: Duration,
        at now: Int64
    ) throws(PrivateFileError) -> [ServiceRequest: StoredAnswer] {
        // Decoded times are not negative either, so no difference overflows.
        let now = max(now, 0)
        guard writtenAt - now <= Self.clockTolerance else {
            throw PrivateFileError(.damaged, "was written \(writtenAt - now) s in the future")
        }
        guard Self.age(of: writtenAt, at: now) <= maximumAge else {
            throw PrivateFileError(.tooOld, "was written \(now - writtenAt) s ago")
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

/// The answer that an earlier process had for a service.
package struct StoredAnswer: Hashable, Sendable {
    /// The endpoints, at least one.
    package var endpoints: [Endpoint]
    package var isComplete: Bool
    /// The age of the answer when it was loaded; not negative.
    package var age: Duration
    /// The time of the answer in seconds since 1970. If the answer is written again before Consul has responded, it
    /// keeps this time and does not become younger.
    package var givenAt: Int64
}
