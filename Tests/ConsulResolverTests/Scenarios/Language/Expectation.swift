// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// What is to be found. Endpoints are told apart by their ports.
struct Expectation: CustomStringConvertible {
    fileprivate enum Kind: Equatable {
        case fresh([UInt16])
        case part([UInt16])
        case stale([UInt16])
        case empty
        case unknown
    }

    private let kind: Kind
    private var reason: Resolution.EmptyReason??
    private var code: ResolutionFailure.Code?
    private var age: Duration?
    private var timeToLive: ClosedRange<Duration>?

    private init(_ kind: Kind) { self.kind = kind }

    // MARK: Writing

    /// All endpoints there are, and no others.
    static func fresh(_ ports: UInt16...) -> Expectation { fresh(ports) }
    static func fresh(_ ports: [UInt16]) -> Expectation { Expectation(.fresh(ports.sorted())) }

    /// Endpoints, and possibly not all.
    static func part(_ ports: UInt16...) -> Expectation { part(ports) }
    static func part(_ ports: [UInt16]) -> Expectation { Expectation(.part(ports.sorted())) }

    /// Endpoints of an earlier answer, because there is no newer one.
    static func stale(_ ports: UInt16...) -> Expectation { stale(ports) }
    static func stale(_ ports: [UInt16]) -> Expectation { Expectation(.stale(ports.sorted())) }

    /// Nothing, for whatever reason.
    static let empty = Expectation(.empty)

    /// Nothing, for this reason or expressly without one.
    static func empty(_ reason: Resolution.EmptyReason?) -> Expectation {
        var expectation = empty
        expectation.reason = .some(reason)
        return expectation
    }

    /// Nothing is known.
    static let unknown = Expectation(.unknown)

    /// Nothing is known, because of this among other things.
    static func unknown(_ code: ResolutionFailure.Code) -> Expectation {
        var expectation = unknown
        expectation.code = code
        return expectation
    }

    /// The same from an answer of this age.
    func aged(_ age: Duration) -> Expectation {
        var expectation = self
        expectation.age = age
        return expectation
    }

    /// The same with so much left of its TTL.
    func expiring(in timeToLive: ClosedRange<Duration>) -> Expectation {
        var expectation = self
        expectation.timeToLive = timeToLive
        return expectation
    }

    // MARK: Comparing

    func isMet(by found: Resolution) -> Bool {
        guard kind == Kind(found) else { return false }
        if let reason, case .empty(let given) = found.outcome, reason != given { return false }
        if let code, !found.failureCodes.contains(code) { return false }
        if let age, age != found.age { return false }
        return timeToLive?.contains(found.timeToLive) ?? true
    }

    var description: String {
        var text = "\(kind)"
        if let reason { text += " because of \(reason.map { "\($0)" } ?? "nothing")" }
        if let code { text += " because of \(code)" }
        if let age { text += ", \(age) old" }
        if let timeToLive { text += ", \(timeToLive.lowerBound) to \(timeToLive.upperBound) left" }
        return text
    }

    /// The same for what was found.
    static func description(of found: Resolution) -> String {
        var text = "\(Kind(found))"
        if case .empty(let reason?) = found.outcome { text += " because of \(reason)" }
        if let failure = found.failure { text += " because of \(found.failureCodes) (\(failure))" }
        return text + ", \(found.age) old, \(found.timeToLive) left, from \(found.source)"
    }
}

extension Expectation.Kind {
    fileprivate init(_ found: Resolution) {
        switch found.outcome {
        case .empty: self = .empty
        case .unknown: self = .unknown
        case .endpoints(let endpoints):
            let ports = endpoints.map(\.port).sorted()
            self = found.isStale ? .stale(ports) : found.isComplete ? .fresh(ports) : .part(ports)
        }
    }
}
