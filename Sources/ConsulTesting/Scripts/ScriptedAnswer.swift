// SPDX-License-Identifier: Apache-2.0

public import LoadBalancing
public import NetworkAddress
public import ResolutionModel

/// An answer about a service that a test writes, in place of one of Consul.
///
/// It is the answer as Consul gives it, not the result of a lookup: the resolver's own rules decide what becomes of it. An
/// unknown answer after known endpoints, for example, leads to a resolution with these endpoints that is
/// `Resolution.isStale`.
public struct ScriptedAnswer: Sendable {
    /// The time until the answer arrives.
    enum Delay {
        case time(Duration)
        case endless
    }

    let resolution: Resolution
    var delay = Delay.time(.zero)

    /// Creates an answer of any kind: one from DNS, an incomplete one, one of a server without a leader.
    ///
    /// - Parameter resolution: The answer. Its time to live and its age count as if Consul had sent them.
    public init(_ resolution: Resolution) {
        self.resolution = resolution
    }

    /// Returns a complete answer of the HTTP API with these endpoints, each of weight 1.
    ///
    /// - Parameters:
    ///   - authorities: The endpoints, as `host:port`; an IPv6 address in brackets.
    ///   - timeToLive: The time for which the answer may be kept. Default zero, as for Consul's own answers;
    ///     `ResolverConfiguration.Cache.minimumTimeToLive` applies all the same.
    /// - Throws: `HostPortError` for a text that is not a host and a port.
    public static func endpoints(
        _ authorities: String...,
        timeToLive: Duration = .zero
    ) throws(HostPortError) -> ScriptedAnswer {
        var endpoints: [Endpoint] = []
        for authority in authorities {
            let place = try HostPort(authority)
            endpoints.append(Endpoint(host: place.host, port: place.port))
        }
        return .endpoints(endpoints, timeToLive: timeToLive)
    }

    /// Returns a complete answer of the HTTP API with these endpoints, in this order. Without any, it is
    /// `empty(.noHealthyInstance)`.
    ///
    /// - Parameters:
    ///   - endpoints: The endpoints.
    ///   - timeToLive: The time for which the answer may be kept. Default zero.
    public static func endpoints(_ endpoints: [Endpoint], timeToLive: Duration = .zero) -> ScriptedAnswer {
        guard !endpoints.isEmpty else { return .empty(.noHealthyInstance) }
        return ScriptedAnswer(Resolution(.endpoints(endpoints), source: .http, timeToLive: timeToLive))
    }

    /// Returns the answer that there is no healthy instance.
    ///
    /// - Parameter reason: The reason; `nil` for an answer without an explanation, which removes known endpoints only if
    ///   it lasts (`ResolverConfiguration.Hold.emptyGracePeriod`).
    public static func empty(_ reason: Resolution.EmptyReason?) -> ScriptedAnswer {
        ScriptedAnswer(Resolution(.empty(reason), source: .http))
    }

    /// Returns the failure to get an answer, without a delay.
    ///
    /// - Parameters:
    ///   - code: The kind of failure. Default `connectionFailed`.
    ///   - message: The failure in words.
    public static func unknown(
        _ code: ResolutionFailure.Code = .connectionFailed,
        message: String = "the test's script says so"
    ) -> ScriptedAnswer {
        let failure = ResolutionFailure(attempts: [.init(code: code, message: message)])
        return ScriptedAnswer(Resolution(.unknown(failure), source: .http, isComplete: false))
    }

    /// No answer: a lookup waits for its whole timeout, by the resolver's clock, and its outcome is then unknown. A watch
    /// waits for the next answer.
    public static let silence: ScriptedAnswer = {
        var silence = ScriptedAnswer.unknown(.timedOut, message: "the test's script is silent")
        silence.delay = .endless
        return silence
    }()

    /// Returns this answer with a delay, by the resolver's clock. If it is longer than the timeout of a lookup, the outcome
    /// of that lookup is unknown.
    public func delayed(by delay: Duration) -> ScriptedAnswer {
        var answer = self
        answer.delay = .time(max(delay, .zero))
        return answer
    }
}
