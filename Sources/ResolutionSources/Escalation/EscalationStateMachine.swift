// SPDX-License-Identifier: Apache-2.0

import ResolutionModel

/// The state machine of one resolution: which source to query next, and which answer to return.
///
/// A pure value. ``start()`` and ``answered(_:by:)`` return the next action; the caller executes it and passes the
/// result to ``answered(_:by:)``. Each source is queried once, except that DNS gets a second, longer attempt when HTTP
/// has not helped.
struct EscalationStateMachine {
    /// The next step of the resolution.
    enum Action {
        /// Query DNS for at most the time of one attempt; HTTP can be queried after that.
        case queryDNSBriefly
        /// Query DNS until the deadline.
        case queryDNS
        /// Query HTTP without retries, and leave time for one attempt over DNS, which has not been queried yet.
        case queryHTTPBriefly
        /// Query HTTP without retries: an answer from DNS exists to fall back on.
        case queryHTTPOnce
        /// Query HTTP, with retries.
        case queryHTTP
        /// Return this outcome.
        case finish(Resolution)
    }

    /// The facts known before the first query.
    struct Circumstances: Hashable {
        /// The sources that may be queried.
        var strategy = ResolverConfiguration.Strategy.automatic
        /// True if DNS can carry the request.
        var isForDNS = true
        /// True if the last answer over DNS was truncated at Consul's limits.
        var isTooBigForDNS = false
        /// True if the caller has an earlier answer to fall back on. Then DNS gets no second attempt: a struggling
        /// source should not be queried twice.
        var hasStaleAnswer = false
        /// The sources that did not respond within the last few seconds.
        var silent: Set<SourceKind> = []
    }

    private let circumstances: Circumstances
    private var dns: Resolution?
    private var http: Resolution?
    /// True if the last DNS query had less time than the deadline allows.
    private var dnsWasBrief = false

    init(_ circumstances: Circumstances) {
        self.circumstances = circumstances
    }

    mutating func start() -> Action {
        switch circumstances.strategy {
        case .dns: return .queryDNS
        case .http: return .queryHTTP
        case .automatic: break
        }
        if !circumstances.isForDNS { return .queryHTTP }
        // If HTTP was silent, the truncated answer from DNS is still of use.
        if circumstances.isTooBigForDNS, !circumstances.silent.contains(.http) { return .queryHTTPBriefly }
        if circumstances.silent == [.dns] { return .queryHTTP }
        if circumstances.silent == [.http] { return .queryDNS }
        dnsWasBrief = true
        return .queryDNSBriefly
    }

    mutating func answered(_ resolution: Resolution, by source: SourceKind) -> Action {
        switch source {
        case .dns:
            // A second attempt had more time, so its answer replaces the first, unless no query could be sent.
            if dns == nil || !resolution.isUnasked { dns = resolution }
            return afterDNS(resolution)
        case .http:
            http = resolution
            return afterHTTP(resolution)
        }
    }

    /// True if an action queries HTTP because of the answer from DNS.
    func isEscalating(by action: Action) -> Bool {
        switch action {
        case .queryHTTP, .queryHTTPOnce: dns != nil
        case .queryDNS, .queryDNSBriefly, .queryHTTPBriefly, .finish: false
        }
    }

    // MARK: Choosing the next action

    private func afterDNS(_ answer: Resolution) -> Action {
        guard circumstances.strategy == .automatic, http == nil else { return .finish(conclusion(otherwise: answer)) }
        switch answer.outcome {
        case .endpoints:
            return answer.isComplete ? .finish(answer) : .queryHTTPOnce
        case .empty:
            // The answer stands. HTTP could add only the reason, which is not worth waiting for a silent source.
            return circumstances.silent.contains(.http) ? .finish(answer) : .queryHTTPOnce
        case .unknown:
            return .queryHTTP
        }
    }

    private mutating func afterHTTP(_ answer: Resolution) -> Action {
        guard case .unknown = answer.outcome, circumstances.strategy == .automatic else {
            return .finish(conclusion(otherwise: answer))
        }
        guard let dns else {
            // A request that DNS cannot carry stays unanswered: DNS would answer a different query.
            return circumstances.isForDNS ? .queryDNS : .finish(answer)
        }
        if dnsWasBrief, !circumstances.hasStaleAnswer, case .unknown(let failure) = dns.outcome, failure.isSilence {
            dnsWasBrief = false
            return .queryDNS
        }
        return .finish(conclusion(otherwise: answer))
    }

    // MARK: Combining both answers

    /// Returns the outcome that the answers of DNS and HTTP amount to.
    ///
    /// - Parameter answer: The latest answer, which is the outcome if only one source has answered.
    private func conclusion(otherwise answer: Resolution) -> Resolution {
        guard let dns, let http else { return answer }
        switch (dns.outcome, http.outcome) {
        case (_, .endpoints), (.empty, .empty), (.unknown, .empty):
            return http.keeping(timeToLiveOf: dns)
        case (.endpoints, _):
            // HTTP may return no instances where DNS has returned some: its token may not read them, or its server lags
            // behind. Whichever source is right, using the instances is the safer choice.
            return dns
        case (.empty, .unknown(let failure)):
            // DNS carries no token. If the HTTP API refuses the token, or the configured token is unavailable, the
            // agent may have hidden the instances from DNS, too.
            return failure.isForWantOfToken ? http : dns
        case (.unknown(let overDNS), .unknown(let overHTTP)):
            return .unknown(ResolutionFailure(attempts: overDNS.attempts + overHTTP.attempts), source: .http)
        }
    }
}

extension Resolution {
    /// True if the outcome is unknown because no query was sent.
    fileprivate var isUnasked: Bool {
        if case .unknown(let failure) = outcome { failure.attempts.allSatisfy { $0.transport == nil } } else { false }
    }

    /// Returns the resolution with the TTL of the DNS answer, if that is longer. The TTL is a setting of the agent, and
    /// only DNS responses carry it.
    fileprivate func keeping(timeToLiveOf dns: Resolution) -> Resolution {
        var resolution = self
        resolution.timeToLive = max(timeToLive, dns.timeToLive)
        return resolution
    }
}

extension ResolutionFailure {
    /// True if Consul denied access or the token was unavailable.
    fileprivate var isForWantOfToken: Bool {
        attempts.contains { $0.code == .accessDenied || $0.code == .tokenUnavailable }
    }
}
