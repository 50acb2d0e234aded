// SPDX-License-Identifier: Apache-2.0

/// The intervals and limits of a watch.
struct WatchPolicy: Sendable {
    /// The time that a blocking query waits for a change, before up to ``waitJitter`` of it is subtracted. Never more
    /// than a minute: with an index from the future (after a snapshot was restored), Consul misses changes until the
    /// whole wait is over, and an abandoned query occupies its slot on the agent for as long.
    var wait = Duration.seconds(55)
    /// The maximum random share that is subtracted from ``wait``, so that watches that begin together do not stay
    /// synchronized.
    var waitJitter = 0.1
    /// The maximum time between queries without an index, which detect changes that an index from the future hides.
    var resyncInterval = Duration.seconds(600)

    /// The upper bound of the first retry's random pause; it doubles for each further retry. The pause is drawn from
    /// the whole range: after a leader has failed, all watches of a cluster retry together.
    var initialBackoff = Duration.milliseconds(100)
    /// The upper bound of the doubling. A watch is up to date within five seconds of the end of an outage, of which the
    /// pause may take three.
    var maximumBackoff = Duration.seconds(3)
    /// The time of successful queries that halves the next backoff.
    var backoffHalfLife = Duration.seconds(10)
    /// The minimum time between lost connections, without an answer in between, for each to be tolerated without a
    /// report. A proxy may close a connection after some time without traffic.
    var forgiveness = Duration.seconds(5)
    /// The maximum wait of a query that is repeated after a lost connection. It is shorter than usual because the agent
    /// may no longer know the index.
    var waitAfterLoss = Duration.seconds(10)
    /// The pause after an error that persists until an operator acts: a token without permission, an answer that cannot
    /// be decoded. Short enough that a watch is up to date within five seconds after a token was replaced.
    var slowRetry = Duration.seconds(3)
    /// The pause after Consul has rejected as invalid a query that it has answered before: the usual reason is a
    /// transient fault of a proxy.
    var refusedRetry = Duration.seconds(60)
    /// The upper bound of a `Retry-After` that is honored.
    var longestRetryAfter = Duration.seconds(300)

    /// The number of times that an index may go back without a pause: a restored snapshot causes it once, an agent that
    /// has lost its memory causes it too.
    var freeSetbacks = 2
    /// The first pause after further setbacks; each later one is twice as long. Servers with different indexes behind
    /// one address make an index go back for ever.
    var initialSetbackPause = Duration.milliseconds(500)
    /// The upper bound of the doubling.
    var maximumSetbackPause = Duration.seconds(10)
    /// The time without setbacks that halves the next pause.
    var setbackHalfLife = Duration.seconds(60)

    /// The number of queries that may follow one another without a pause, so that successive changes are not delayed.
    var burst = 5
    /// The time between queries beyond the burst. Consul ends blocking queries without need: unrelated writes end those
    /// for missing objects, and each write under a busy prefix ends all those for the prefix.
    var spacing = Duration.milliseconds(100)
    /// The maximum random addition to a pause.
    var spacingJitter = Duration.milliseconds(20)

    /// The approximate interval of non-blocking reads by a watch without a permit.
    var starvedInterval = Duration.seconds(3)

    /// The approximate interval of checks: non-blocking reads alongside a blocking query, for changes that do not end
    /// it, such as a leader that is lost or elected, or a token that may no longer read.
    var checkInterval = Duration.seconds(3)
    /// The time that the blocking query has to return a change that a check has shown. Dropping a query costs a
    /// connection and occupies its slot on the agent for the rest of the wait.
    var checkGrace = Duration.milliseconds(500)
    /// The maximum share of a watch's time that checks may take.
    var checkShare = 0.05

    /// True if a smaller index means that Consul has lost its memory. False for events: their index is made of the ID of
    /// the last event, and Consul answers as soon as it differs from the one in the query.
    var hasGrowingIndexes = true

    /// True if "not found" ends the watch. This is right if the path itself is unknown, and wrong if the object may be
    /// created later.
    var notFoundIsPermanent = false

    /// The upper bound of ``wait``.
    static let longestWait = Duration.seconds(60)

    /// The backoff after failures.
    var failureBackoff: FadingBackoff {
        FadingBackoff(initial: initialBackoff, maximum: maximumBackoff, halfLife: backoffHalfLife)
    }

    /// The backoff after an index that went back.
    var setbackBackoff: FadingBackoff {
        FadingBackoff(
            initial: initialSetbackPause,
            maximum: maximumSetbackPause,
            halfLife: setbackHalfLife,
            grace: freeSetbacks
        )
    }

    /// The interval of reads from an endpoint without an index, which cannot block.
    var pollInterval: Duration { max(.seconds(1), wait / 10) }
}
