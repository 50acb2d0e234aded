// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import LoadBalancing

/// What came of asking for a service.
///
/// Small, because a lookup that is answered from memory is mostly the copying of one.
public struct Resolution: Sendable {
    /// What is known now.
    public var outcome: Outcome

    /// Which way it came; of an unknown outcome, the last way that was tried.
    public var source: Source

    /// Whether the answer names every healthy instance. False for an answer that Consul may have trimmed, for one with
    /// instances whose addresses could not be asked for, and whenever nothing is known. Instances that Consul names and
    /// that cannot be connected to are counted in ``unusableInstances``, and do not make an answer incomplete.
    public var isComplete: Bool

    /// Whether this is an earlier answer, given because a newer one could not be had.
    public var isStale: Bool

    /// How long the answer may be kept, from the moment it was given: the least TTL of its records, or of the zone for
    /// an empty one (RFC 2308). Consul's default is zero. From the cache, what is left of that; of a stale answer, the time
    /// until Consul is asked again.
    public var timeToLive: Duration {
        get { times.timeToLive.duration }
        set { times.timeToLive = Nanoseconds(newValue) }
    }

    /// How long ago Consul gave the answer, or last confirmed it to a watch. Of endpoints that were put together from several
    /// answers, how long ago it named the one that it has not named for longest.
    public var age: Duration {
        get { times.age.duration }
        set { times.age = Nanoseconds(newValue) }
    }

    /// How long it took to find out; zero for an answer from memory.
    public var elapsed: Duration {
        get { times.elapsed.duration }
        set { times.elapsed = Nanoseconds(newValue) }
    }

    /// How long ago the server behind an HTTP answer had heard from its leader: how old the data may be. `nil`
    /// where that is not told, as over DNS.
    public var lastContact: Duration? {
        get { times.lastContact.count < 0 ? nil : times.lastContact.duration }
        set { times.lastContact = Nanoseconds(newValue.map { max($0, .zero) } ?? .nanoseconds(-1)) }
    }

    /// Which nameserver answered; `nil` when none did, and over HTTP.
    public var server: Nameserver?

    /// Which of the request's alternatives this is from; `nil` if it is what the request itself has come to, as it always
    /// is for a request without alternatives. With an unknown outcome, the first that could not be asked.
    public var alternative: ServiceRequest.Alternative? {
        get { rare?.alternative }
        set { rare = RareMembers(alternative: newValue, doubt: doubt, unusableInstances: unusableInstances) }
    }

    /// What Consul said that was not believed, if that is why this is an earlier answer: that there is nothing, without
    /// confirmation (``ServiceResolver/Configuration/Hold``). `nil` for every other answer; one that is ``isStale`` without
    /// this is given because Consul could not be asked, denied the answer, or had no leader.
    public internal(set) var doubt: Doubt? {
        get { rare?.doubt }
        set { rare = RareMembers(alternative: alternative, doubt: newValue, unusableInstances: unusableInstances) }
    }

    /// How many healthy instances are left out of the outcome because what is registered as their address is none: Consul
    /// does not check it. Zero for what an earlier process has left in the snapshot.
    public internal(set) var unusableInstances: Int {
        get { rare?.unusableInstances ?? 0 }
        set { rare = RareMembers(alternative: alternative, doubt: doubt, unusableInstances: newValue) }
    }

    private var rare: RareMembers?

    /// The endpoints: with the nearest first if the request has ``ServiceRequest/near`` or is a prepared query that sorts, in
    /// random order otherwise. None unless the outcome is ``Outcome/endpoints(_:)``.
    public var endpoints: [Endpoint] {
        if case .endpoints(let endpoints) = outcome { endpoints } else { [] }
    }

    /// Times in half of the size that a `Duration` has.
    struct Times {
        var timeToLive = Nanoseconds(count: 0)
        var age = Nanoseconds(count: 0)
        var elapsed = Nanoseconds(count: 0)
        /// Negative if there was none.
        var lastContact = Nanoseconds(count: -1)
    }

    var times = Times()

    init(
        _ outcome: Outcome,
        source: Source,
        isComplete: Bool,
        isStale: Bool = false,
        timeToLive: Duration = .zero,
        age: Duration = .zero,
        elapsed: Duration = .zero,
        lastContact: Duration? = nil,
        server: Nameserver? = nil
    ) {
        self.outcome = outcome
        self.source = source
        self.isComplete = isComplete
        self.isStale = isStale
        self.server = server
        self.timeToLive = timeToLive
        self.age = age
        self.elapsed = elapsed
        self.lastContact = lastContact
    }

    /// Nothing is known.
    static func unknown(_ failure: ResolutionFailure, source: Source) -> Resolution {
        Resolution(.unknown(failure), source: source, isComplete: false)
    }
}
