// SPDX-License-Identifier: Apache-2.0

/// The paces of a watch.
struct WatchPolicy: Sendable {
    /// How long a question waits for a change, before up to ``waitJitter`` of it is taken off. Never more than a minute:
    /// an index from the future (a snapshot was restored) makes Consul sit out the whole wait and miss changes, and a
    /// question that is abandoned keeps its connection's slot on the agent for as long.
    var wait = Duration.seconds(55)
    /// The share of ``wait`` that chance may take off, so that watches begun together do not stay together.
    var waitJitter = 0.1
    /// A question without an index is put at least this often: it sees what an index from the future hides.
    var resyncInterval = Duration.seconds(600)

    /// The first retry comes after a random part of this, the next after a random part of twice as much, and so on. The
    /// whole range is used: after a leader has failed, all watches of a cluster come back at once.
    var initialBackoff = Duration.milliseconds(100)
    /// Where the doubling ends.
    var maximumBackoff = Duration.seconds(10)
    /// How long to wait before a question is put again that will be refused again unless somebody does something: a
    /// token that may not read, an answer that cannot be decoded.
    var slowRetry = Duration.seconds(10)

    /// Questions that may follow one another without a pause, so that a change that follows a change is not delayed.
    var burst = 5
    /// How far apart questions are when there are many. Consul wakes watchers without need: unrelated writes do it for
    /// whatever does not exist, and each write to a busy prefix does it for all of it.
    var spacing = Duration.milliseconds(100)
    /// Chance adds up to this to a pause.
    var spacingJitter = Duration.milliseconds(20)

    /// About how often a watch asks that has no permit to wait.
    var starvedInterval = Duration.seconds(3)

    /// About how often a plain read beside a question that waits looks for what wakes no question: a leader that is lost
    /// or back, a token that may no longer read.
    var checkInterval = Duration.seconds(3)
    /// How long a question has to be answered itself when such a read shows another content. To drop a question costs a
    /// connection, whose slot on the agent stays taken for the rest of the wait.
    var checkGrace = Duration.milliseconds(500)
    /// The largest share of a watch's time that these reads may take.
    var checkShare = 0.05

    /// Whether "not found" is the end. It is where the path itself is unknown; it is not where a thing may yet appear.
    var notFoundIsPermanent = false

    /// The longest wait that ``wait`` can ask for.
    static let longestWait = Duration.seconds(60)

    /// How often to ask where there is nothing to wait with: an endpoint without an index.
    var pollInterval: Duration { max(.seconds(1), wait / 10) }
}
