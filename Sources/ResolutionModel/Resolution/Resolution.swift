// SPDX-License-Identifier: Apache-2.0

public import ConsulDNS
public import LoadBalancing
package import ResolverSupport

/// The result of resolving a request.
///
/// Small, because a lookup that the cache answers mostly consists of copying one.
public struct Resolution: Sendable {
    /// The endpoints, an empty answer, or a failure.
    public var outcome: Outcome

    /// The source of the answer; for an unknown outcome, the last source that was tried.
    public var source: Source

    /// True if the answer names every healthy instance. False for an answer that Consul may have trimmed, for one with
    /// instances at names that could not be looked up, and for every unknown outcome. Instances that Consul names and
    /// that cannot be connected to are counted in ``unusableInstances``, and do not make an answer incomplete.
    public var isComplete: Bool

    /// True if this is an earlier answer, returned because no newer one was available.
    public var isStale: Bool

    /// The time for which the answer may be kept, from the moment that Consul gave it: the least TTL of its records, or
    /// of the zone for an empty one (RFC 2308). Consul's default is zero. From the cache, the rest of that time; for a
    /// stale answer, the time until the next query.
    public var timeToLive: Duration {
        get { times.timeToLive.duration }
        set { times.timeToLive = Nanoseconds(newValue) }
    }

    /// The time since Consul gave the answer, or last confirmed it to a watch. For endpoints that were combined from
    /// several answers, the time since Consul named the one that it has not named for longest.
    public var age: Duration {
        get { times.age.duration }
        set { times.age = Nanoseconds(newValue) }
    }

    /// The time that the resolution took; zero for a hit in the cache.
    public var elapsed: Duration {
        get { times.elapsed.duration }
        set { times.elapsed = Nanoseconds(newValue) }
    }

    /// The time since the server behind an HTTP answer last heard from its leader: the possible age of its data. `nil`
    /// where it is unknown, as over DNS.
    public var lastContact: Duration? {
        get { times.lastContact.count < 0 ? nil : times.lastContact.duration }
        set { times.lastContact = Nanoseconds(newValue.map { max($0, .zero) } ?? .nanoseconds(-1)) }
    }

    /// The nameserver that answered; `nil` if no nameserver did, and over HTTP.
    public var server: Nameserver?

    /// The request's alternative that this result is from; `nil` if it is from the request itself, as always for a
    /// request without alternatives. For an unknown outcome, the first that could not be queried.
    public var alternative: ServiceRequest.Alternative? {
        get { rare?.alternative }
        set { rare = RareMembers(alternative: newValue, doubt: doubt, unusableInstances: unusableInstances) }
    }

    /// The answer of Consul that was not accepted, if that is why this is an earlier answer: an empty one, without
    /// confirmation (``ResolverConfiguration/Hold``). `nil` for every other answer. A result that is
    /// ``isStale`` without a doubt is returned because Consul could not be queried, denied the answer, or had no
    /// leader.
    public package(set) var doubt: Doubt? {
        get { rare?.doubt }
        set { rare = RareMembers(alternative: alternative, doubt: newValue, unusableInstances: unusableInstances) }
    }

    /// The number of healthy instances that are missing from the outcome because their registered address is invalid:
    /// Consul does not validate it. Zero for an answer of an earlier process, from the snapshot.
    public package(set) var unusableInstances: Int {
        get { rare?.unusableInstances ?? 0 }
        set { rare = RareMembers(alternative: alternative, doubt: doubt, unusableInstances: newValue) }
    }

    private var rare: RareMembers?

    /// The endpoints: with the nearest first if the request has ``ServiceRequest/near`` or is a prepared query that
    /// sorts, in random order otherwise. Empty unless the outcome is ``Outcome/endpoints(_:)``.
    @inlinable public var endpoints: [Endpoint] {
        if case .endpoints(let endpoints) = outcome { endpoints } else { [] }
    }

    /// Times in half of the size that they would have as `Duration`.
    package struct Times {
        package var timeToLive = Nanoseconds(count: 0)
        package var age = Nanoseconds(count: 0)
        package var elapsed = Nanoseconds(count: 0)
        /// Negative if it is unknown.
        var lastContact = Nanoseconds(count: -1)
    }

    package var times = Times()

    /// A resolution put together by hand, for tests of code that handles resolutions.
    ///
    /// - Parameters:
    ///   - outcome: The outcome.
    ///   - source: The source of the answer.
    ///   - isComplete: False if instances may be missing. Default true.
    ///   - isStale: True for an earlier answer. Default false.
    ///   - timeToLive: The time for which the answer may be kept. Default zero.
    ///   - age: The time since Consul gave the answer. Default zero.
    ///   - elapsed: The time that the lookup took. Default zero.
    ///   - lastContact: The time since the answering server heard its leader, where Consul says. Default `nil`.
    ///   - server: The nameserver that answered. Default `nil`.
    public init(
        _ outcome: Outcome,
        source: Source,
        isComplete: Bool = true,
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

    /// Returns a result with an unknown outcome.
    package static func unknown(_ failure: ResolutionFailure, source: Source) -> Resolution {
        Resolution(.unknown(failure), source: source, isComplete: false)
    }
}

extension Resolution {
    /// Properties that few resolutions have, in an object of their own so that a resolution is cheap to copy.
    final class RareMembers: Sendable {
        let alternative: ServiceRequest.Alternative?
        let doubt: Doubt?
        let unusableInstances: Int

        /// - Returns: `nil` if all properties have their default value.
        init?(alternative: ServiceRequest.Alternative?, doubt: Doubt?, unusableInstances: Int) {
            guard alternative != nil || doubt != nil || unusableInstances != 0 else { return nil }
            (self.alternative, self.doubt, self.unusableInstances) = (alternative, doubt, unusableInstances)
        }
    }
}

extension Resolution {
    /// An empty answer of Consul that was not accepted.
    public struct Doubt: Hashable, Sendable {
        /// The reason for the empty answer, according to Consul; `nil` if Consul did not give one.
        public let reason: EmptyReason?

        package init(reason: EmptyReason? = nil) {
            self.reason = reason
        }
    }
}

extension Resolution {
    /// True if this is not the requested answer: an unknown outcome, or an earlier answer.
    package var isDoubtful: Bool {
        if case .unknown = outcome { true } else { isStale }
    }

    /// Returns an unknown outcome after an error from user code: a closure that provides tokens may throw any error, a
    /// cancellation of its own included.
    package static func unknown(afterAsking error: any Error) -> Resolution {
        let attempt = ResolutionFailure.Attempt(
            code: .tokenUnavailable,
            message: "the lookup failed with an error of the type \(type(of: error))"
        )
        return .unknown(ResolutionFailure(attempts: [attempt]), source: .http)
    }
}
