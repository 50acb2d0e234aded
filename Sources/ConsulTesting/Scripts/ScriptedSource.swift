// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
public import ConsulResolver
import DNSWire
import NIOConcurrencyHelpers
import ResolutionModel
import ResolverSupport

extension ServiceResolver {
    /// Creates a resolver of scripted services. It sends no queries, and needs neither Consul nor a network.
    ///
    /// Only the answers are the script's. All the rest is that of a program: the cache, the rules for accepting that
    /// endpoints are gone, failover, following, balancing. Without random parts in its times: an answer is refreshed at
    /// 80 % of its TTL by the next lookup, a service is polled after 90 % of it, and a failure is followed by a pause of
    /// exactly a second.
    ///
    /// - Parameters:
    ///   - services: The answers.
    ///   - clock: The clock of the TTLs, holds, polls, timeouts and delays of answers. Default the machine's own; with a
    ///     ``/TestBasics/ManualClock``, the test decides how much time passes. Ejection and slow start of endpoints
    ///     follow the machine's clock.
    ///   - configuration: The settings. Those of DNS and HTTP have no effect.
    /// - Throws: `ConfigurationError` for invalid settings, `DNSClientError` or `ConsulHTTPError` when the system has no
    ///   threads or descriptors left.
    public convenience init(
        scriptedBy services: ScriptedServices,
        clock: some Clock<Duration> = ContinuousClock(),
        configuration: Configuration = Configuration()
    ) throws {
        let time = TimeSource(clock)
        try self.init(
            over: ScriptedSource(services, time: time),
            configuration: configuration,
            time: time,
            chance: { 0 }
        )
    }
}

/// The script as the innermost source of one resolver, on that resolver's clock.
final class ScriptedSource: StandInSource {
    private let services: ScriptedServices
    private let time: TimeSource
    private let isClosed = NIOLockedValueBox(false)

    init(_ services: ScriptedServices, time: TimeSource) {
        self.services = services
        self.time = time
    }

    func close() { isClosed.withLockedValue { $0 = true } }

    private func checkOpen() throws {
        if isClosed.withLockedValue({ $0 }) { throw ConsulHTTPError(.closed, "the resolver has been shut down") }
    }

    /// Refuses what a resolver of Consul refuses, with the strategy that uses DNS and HTTP.
    func validate(_ request: ServiceRequest) throws {
        try request.check()
        do throws(ConsulNameError) {
            _ = try request.domainName(in: .consul)
        } catch {
            // HTTP carries all names except an empty one.
            if error.code == .empty { throw error }
        }
    }

    func resolve(_ request: ServiceRequest, deadline: Deadline, hasStaleAnswer: Bool) async throws -> Resolution {
        try checkOpen()
        try validate(request)
        let (start, patience) = (time.now(), deadline.remaining)
        let answer = services.query(request)
        if case .time(let delay) = answer.delay, delay < patience {
            if delay > .zero { try await time.sleep(start + delay) }
            try checkOpen()
            return answer.resolution
        }
        try await time.sleep(start + patience)
        return ScriptedAnswer.silence.resolution
    }

    /// The script is the leader's word already, so there is none to ask.
    func confirm(_ request: ServiceRequest, deadline: Deadline) async throws -> Resolution? { nil }

    func answer(to request: ServiceRequest, after index: UInt64?) async throws -> (Resolution, UInt64) {
        try validate(request)
        var index = index
        while true {
            try checkOpen()
            let (answer, next) = try await services.answer(to: request, after: index)
            if case .time(let delay) = answer.delay {
                if delay > .zero { try await time.sleep(time.now() + delay) }
                return (answer.resolution, next)
            }
            index = next
        }
    }
}
