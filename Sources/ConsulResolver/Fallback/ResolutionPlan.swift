// SPDX-License-Identifier: Apache-2.0

/// Decides, for one resolution, which way to ask next and what to make of the answers.
///
/// A pure value: ``start()`` and ``answered(_:by:)`` say what to do next. Whoever executes it asks, and hands back what
/// came of it; nothing is ever asked twice, but for DNS, which gets a second, longer try when there is nobody else.
struct ResolutionPlan {
    /// What to do next.
    enum Action {
        /// Ask DNS for no longer than one try may take: HTTP is there to be asked after that.
        case askDNSBriefly
        /// Ask DNS for as long as there is time.
        case askDNS
        /// Ask HTTP, once, and leave DNS the time for one try: it has not been asked yet.
        case askHTTPBriefly
        /// Ask HTTP, once: there is something to fall back on.
        case askHTTPOnce
        /// Ask HTTP, and again if that may help.
        case askHTTP
        /// That is the outcome.
        case finish(Resolution)
    }

    /// What is known before anything is asked.
    struct Circumstances: Hashable {
        /// Which ways may be asked.
        var strategy = ServiceResolver.Configuration.Strategy.automatic
        /// Whether DNS can carry the request.
        var isForDNS = true
        /// Whether the last answer over DNS was cut off at Consul's limits.
        var isTooBigForDNS = false
        /// Whether there is an earlier answer to go on with. Then nobody is tried a second time: whoever is in trouble is
        /// better off without.
        var isDispensable = false
        /// Ways that gave no sign of life a moment ago.
        var silent: Set<Way> = []
    }

    private let circumstances: Circumstances
    private var dns: Resolution?
    private var http: Resolution?
    /// Whether DNS has been asked for less time than there is.
    private var dnsWasBrief = false

    init(_ circumstances: Circumstances) {
        self.circumstances = circumstances
    }

    mutating func start() -> Action {
        switch circumstances.strategy {
        case .dns: return .askDNS
        case .http: return .askHTTP
        case .automatic: break
        }
        if !circumstances.isForDNS { return .askHTTP }
        // A part is better than nothing, if HTTP was silent.
        if circumstances.isTooBigForDNS, !circumstances.silent.contains(.http) { return .askHTTPBriefly }
        if circumstances.silent == [.dns] { return .askHTTP }
        if circumstances.silent == [.http] { return .askDNS }
        dnsWasBrief = true
        return .askDNSBriefly
    }

    mutating func answered(_ resolution: Resolution, by way: Way) -> Action {
        switch way {
        case .dns:
            // A second try, for which there was more time, tells what the first had to tell; unless there was none left.
            if dns == nil || !resolution.isUnasked { dns = resolution }
            return afterDNS(resolution)
        case .http:
            http = resolution
            return afterHTTP(resolution)
        }
    }

    /// Whether an action turns to HTTP because of what DNS said.
    func isEscalating(by action: Action) -> Bool {
        switch action {
        case .askHTTP, .askHTTPOnce: dns != nil
        case .askDNS, .askDNSBriefly, .askHTTPBriefly, .finish: false
        }
    }

    // MARK: What an answer leads to

    private func afterDNS(_ answer: Resolution) -> Action {
        guard circumstances.strategy == .automatic, http == nil else { return .finish(conclusion(otherwise: answer)) }
        switch answer.outcome {
        case .endpoints:
            return answer.isComplete ? .finish(answer) : .askHTTPOnce
        case .empty:
            // The answer stands; only its reason is missing. That is not worth waiting for somebody who is silent.
            return circumstances.silent.contains(.http) ? .finish(answer) : .askHTTPOnce
        case .unknown:
            return .askHTTP
        }
    }

    private mutating func afterHTTP(_ answer: Resolution) -> Action {
        guard case .unknown = answer.outcome, circumstances.strategy == .automatic else {
            return .finish(conclusion(otherwise: answer))
        }
        guard let dns else {
            // A request that DNS cannot carry stays unanswered: what DNS would say is another question's answer.
            return circumstances.isForDNS ? .askDNS : .finish(answer)
        }
        if dnsWasBrief, !circumstances.isDispensable, case .unknown(let failure) = dns.outcome, failure.isSilence {
            dnsWasBrief = false
            return .askDNS
        }
        return .finish(conclusion(otherwise: answer))
    }

    // MARK: What both answers come to

    /// - Parameter answer: The answer just given; it is the outcome if it is the only one.
    private func conclusion(otherwise answer: Resolution) -> Resolution {
        guard let dns, let http else { return answer }
        switch (dns.outcome, http.outcome) {
        case (_, .endpoints), (.empty, .empty), (.unknown, .empty):
            return http.keeping(timeToLiveOf: dns)
        case (.endpoints, _):
            // HTTP may show none where DNS has shown instances: a token that may not see them, a server that lags
            // behind. Whichever is right, instances are the safer thing to believe.
            return dns
        case (.empty, .unknown(let failure)):
            // DNS carries no token. Where the HTTP API refuses the token, or there is none although one is configured, the
            // agent may have hidden the instances from DNS, too.
            return failure.isForWantOfToken ? http : dns
        case (.unknown(let overDNS), .unknown(let overHTTP)):
            return .unknown(ResolutionFailure(attempts: overDNS.attempts + overHTTP.attempts), source: .http)
        }
    }
}

extension Resolution {
    /// Whether nothing is known because nobody could be asked any more.
    fileprivate var isUnasked: Bool {
        if case .unknown(let failure) = outcome { failure.attempts.allSatisfy { $0.transport == nil } } else { false }
    }

    /// How long an answer may be kept is a setting of the agent's that only DNS tells.
    fileprivate func keeping(timeToLiveOf dns: Resolution) -> Resolution {
        var resolution = self
        resolution.timeToLive = max(timeToLive, dns.timeToLive)
        return resolution
    }
}

extension ResolutionFailure {
    /// Whether a token that may read the service is missing.
    fileprivate var isForWantOfToken: Bool {
        attempts.contains { $0.code == .accessDenied || $0.code == .tokenUnavailable }
    }
}
