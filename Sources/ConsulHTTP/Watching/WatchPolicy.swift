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
    /// How long questions have to be answered for the next backoff to be half as long.
    var backoffHalfLife = Duration.seconds(10)
    /// How far apart lost connections have to be, without an answer in between, for each to be passed over in silence. A
    /// proxy may close a connection on which it has heard nothing for a while.
    var forgiveness = Duration.seconds(5)
    /// How long a question waits that is put again after its connection was lost. Less than others: its index may be one
    /// that the agent does not know any more.
    var waitAfterLoss = Duration.seconds(10)
    /// How long to wait before a question is put again that will be refused again unless somebody does something: a
    /// token that may not read, an answer that cannot be decoded.
    var slowRetry = Duration.seconds(10)
    /// How long to wait before a question is put again that was answered before and is called senseless now: most
    /// probably, a proxy had a bad moment.
    var refusedRetry = Duration.seconds(60)
    /// The longest time for which a server is left alone because it asked for that.
    var longestRetryAfter = Duration.seconds(300)

    /// How often an index may go back without a pause: a snapshot that was restored does it once, an agent that has lost
    /// its memory does, too.
    var freeSetbacks = 2
    /// The first pause after more of them; each later one is twice as long. Servers whose indexes differ, behind one
    /// address, make an index go back for ever.
    var initialSetbackPause = Duration.milliseconds(500)
    /// Where the doubling ends.
    var maximumSetbackPause = Duration.seconds(10)
    /// How long no index has to go back for the next pause to be half as long.
    var setbackHalfLife = Duration.seconds(60)

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

    /// The pauses after failures.
    var failureBackoff: FadingBackoff {
        FadingBackoff(initial: initialBackoff, maximum: maximumBackoff, halfLife: backoffHalfLife)
    }

    /// The pauses after an index that went back.
    var setbackBackoff: FadingBackoff {
        FadingBackoff(
            initial: initialSetbackPause,
            maximum: maximumSetbackPause,
            halfLife: setbackHalfLife,
            grace: freeSetbacks
        )
    }

    /// How often to ask where there is nothing to wait with: an endpoint without an index.
    var pollInterval: Duration { max(.seconds(1), wait / 10) }
}
