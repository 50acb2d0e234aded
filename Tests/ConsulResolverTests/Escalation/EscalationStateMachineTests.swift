// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources

struct EscalationStateMachineTests {
    typealias Circumstances = EscalationStateMachine.Circumstances

    @Test(arguments: [SourceKind.dns, .http], Answer.allCases)
    func `A resolution plan with one source takes its answer, whatever it is`(way: SourceKind, answer: Answer) {
        var plan = EscalationStateMachine(Circumstances(strategy: way == .dns ? .dns : .http))
        #expect(plan.start().name == (way == .dns ? "askDNS" : "askHTTP"))
        let action = plan.answered(answer.resolution(by: way), by: way)
        #expect(action.name == "finish \(way) \(answer)")
    }

    /// The order of the sources and the result, when no state is known beforehand.
    static let outcomes: [(dns: Answer, http: Answer, path: String)] = [
        (.whole, .whole, "askDNSBriefly finish dns whole"),
        (.part, .whole, "askDNSBriefly askHTTPOnce finish http whole"),
        (.part, .none, "askDNSBriefly askHTTPOnce finish dns part"),
        (.part, .silence, "askDNSBriefly askHTTPOnce finish dns part"),
        (.part, .denial, "askDNSBriefly askHTTPOnce finish dns part"),
        (.none, .whole, "askDNSBriefly askHTTPOnce finish http whole"),
        (.none, .none, "askDNSBriefly askHTTPOnce finish http none"),
        (.none, .silence, "askDNSBriefly askHTTPOnce finish dns none"),
        (.none, .denial, "askDNSBriefly askHTTPOnce finish http accessDenied"),
        (.none, .tokenless, "askDNSBriefly askHTTPOnce finish http tokenUnavailable"),
        (.part, .tokenless, "askDNSBriefly askHTTPOnce finish dns part"),
        (.silence, .whole, "askDNSBriefly askHTTP finish http whole"),
        (.silence, .none, "askDNSBriefly askHTTP finish http none"),
        (.silence, .silence, "askDNSBriefly askHTTP askDNS finish timedOut timedOut"),
        (.silence, .denial, "askDNSBriefly askHTTP askDNS finish timedOut accessDenied"),
        (.failure, .whole, "askDNSBriefly askHTTP finish http whole"),
        (.failure, .none, "askDNSBriefly askHTTP finish http none"),
        (.failure, .silence, "askDNSBriefly askHTTP finish serverFailure timedOut"),
        (.failure, .denial, "askDNSBriefly askHTTP finish serverFailure accessDenied"),
    ]

    @Test(arguments: outcomes)
    func `A resolution plan asks HTTP for what DNS leaves open`(dns: Answer, http: Answer, path: String) {
        #expect(EscalationStateMachineTests.path(Circumstances(), dns: dns, http: http) == path)
    }

    @Test(arguments: Answer.allCases)
    func `A resolution plan asks HTTP alone for a request that DNS cannot carry`(http: Answer) {
        let path = EscalationStateMachineTests.path(Circumstances(isForDNS: false), dns: .whole, http: http)
        #expect(path == "askHTTP finish http \(http)")
    }

    @Test(arguments: [false, true])
    func `A resolution plan asks HTTP first for a service too big for DNS, and where DNS was silent`(isTooBig: Bool) {
        let known = isTooBig ? Circumstances(isTooBigForDNS: true) : Circumstances(silent: [.dns])
        let first = isTooBig ? "askHTTPBriefly" : "askHTTP"
        func path(_ dns: Answer, _ http: Answer) -> String {
            EscalationStateMachineTests.path(known, dns: dns, http: http)
        }
        #expect(path(.part, .whole) == "\(first) finish http whole")
        #expect(path(.part, .none) == "\(first) finish http none")
        #expect(path(.part, .silence) == "\(first) askDNS finish dns part")
        #expect(path(.none, .denial) == "\(first) askDNS finish http accessDenied")
        #expect(path(.silence, .silence) == "\(first) askDNS finish timedOut timedOut")
    }

    @Test
    func `A resolution plan skips HTTP where it was silent, unless DNS leaves the outcome unknown`() {
        let known = Circumstances(silent: [.http])
        #expect(EscalationStateMachineTests.path(known, dns: .none, http: .none) == "askDNS finish dns none")
        #expect(
            EscalationStateMachineTests.path(known, dns: .part, http: .whole) == "askDNS askHTTPOnce finish http whole"
        )
        #expect(
            EscalationStateMachineTests.path(known, dns: .failure, http: .whole) == "askDNS askHTTP finish http whole"
        )
        let big = Circumstances(isTooBigForDNS: true, silent: [.http])
        #expect(
            EscalationStateMachineTests.path(big, dns: .part, http: .silence) == "askDNS askHTTPOnce finish dns part"
        )
    }

    @Test func `A resolution plan asks both sources when both were silent`() {
        let known = Circumstances(silent: [.dns, .http])
        let path = EscalationStateMachineTests.path(known, dns: .silence, http: .silence)
        #expect(path == "askDNSBriefly askHTTP askDNS finish timedOut timedOut")
    }

    @Test func `A resolution plan keeps the TTL of the DNS answer`() {
        var plan = EscalationStateMachine(Circumstances())
        _ = plan.start()
        var part = Answer.part.resolution(by: .dns)
        part.timeToLive = .seconds(7)
        _ = plan.answered(part, by: .dns)
        guard case .finish(let resolution) = plan.answered(Answer.whole.resolution(by: .http), by: .http) else {
            Issue.record("the plan did not finish")
            return
        }
        #expect(resolution.timeToLive == .seconds(7))
    }

    @Test
    func `A resolution plan ends with any answers, after at most one HTTP request and two DNS lookups`() {
        for strategy in ServiceResolver.Configuration.Strategy.allCases {
            for silent in [[], [.dns], [.http], [.dns, .http]] as [Set<SourceKind>] {
                for (isForDNS, isTooBig) in [(true, false), (true, true), (false, false)] {
                    let known = Circumstances(
                        strategy: strategy,
                        isForDNS: isForDNS,
                        isTooBigForDNS: isTooBig,
                        silent: silent
                    )
                    for dns in Answer.allCases {
                        for http in Answer.allCases {
                            let steps = EscalationStateMachineTests.path(known, dns: dns, http: http).split(
                                separator: " "
                            )
                            #expect(steps.count { $0.hasPrefix("askHTTP") } <= 1)
                            #expect(steps.count { $0.hasPrefix("askDNS") } <= 2)
                        }
                    }
                }
            }
        }
    }

    // MARK: Playing it through

    static func path(_ known: Circumstances, dns: Answer, http: Answer) -> String {
        var plan = EscalationStateMachine(known)
        var action = plan.start()
        var steps: [String] = []
        while steps.count < 10 {
            steps.append(action.name)
            switch action {
            case .queryDNS, .queryDNSBriefly: action = plan.answered(dns.resolution(by: .dns), by: .dns)
            case .queryHTTP, .queryHTTPBriefly, .queryHTTPOnce:
                action = plan.answered(http.resolution(by: .http), by: .http)
            case .finish: return steps.joined(separator: " ")
            }
        }
        return "no end: " + steps.joined(separator: " ")
    }

    /// The answer of a source.
    enum Answer: String, CaseIterable, CustomStringConvertible {
        case whole, part, none, silence, failure, denial, tokenless

        var description: String {
            switch self {
            case .silence: "timedOut"
            case .failure: "serverFailure"
            case .denial: "accessDenied"
            case .tokenless: "tokenUnavailable"
            default: rawValue
            }
        }

        func resolution(by way: SourceKind) -> Resolution {
            let source: Resolution.Source = way == .dns ? .dnsUDP : .http
            let endpoint = Endpoint(host: .address(.v4(.loopback)), port: 80)
            switch self {
            case .whole: return Resolution(.endpoints([endpoint]), source: source, isComplete: true)
            case .part: return Resolution(.endpoints([endpoint]), source: source, isComplete: false)
            case .none: return Resolution(.empty(nil), source: source, isComplete: true)
            case .silence: return failure(.timedOut, source)
            case .failure: return failure(.serverFailure, source)
            case .denial: return failure(.accessDenied, source)
            case .tokenless: return failure(.tokenUnavailable, source)
            }
        }

        private func failure(_ code: ResolutionFailure.Code, _ source: Resolution.Source) -> Resolution {
            .unknown(ResolutionFailure(attempts: [.init(code: code, message: "")]), source: source)
        }
    }
}

extension EscalationStateMachine.Action {
    fileprivate var name: String {
        switch self {
        case .queryDNSBriefly: return "askDNSBriefly"
        case .queryDNS: return "askDNS"
        case .queryHTTPBriefly: return "askHTTPBriefly"
        case .queryHTTPOnce: return "askHTTPOnce"
        case .queryHTTP: return "askHTTP"
        case .finish(let resolution):
            let way = resolution.source == .http ? SourceKind.http : .dns
            switch resolution.outcome {
            case .endpoints: return "finish \(way) \(resolution.isComplete ? "whole" : "part")"
            case .empty(let reason): return "finish \(way) \(reason?.description ?? "none")"
            case .unknown(let failure):
                let codes = failure.attempts.map(\.code.description).joined(separator: " ")
                return failure.attempts.count == 1 ? "finish \(way) \(codes)" : "finish \(codes)"
            }
        }
    }
}
