// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import DNSWire
import ResolutionModel

/// The outcome of a query. The descriptions are labels in the metrics; the raw values are indices into a list.
package enum QueryOutcome: Int, CaseIterable {
    case answered
    case timedOut
    case connectionFailed
    case serverFailure
    case refused
    case malformed
    case other

    /// - Parameter code: The response code; `nil` for a malformed response.
    init(_ code: ResponseCode?) {
        self =
            switch code {
            case .noError?, .nameError?: .answered
            case .serverFailure?: .serverFailure
            case .refused?: .refused
            case nil: .malformed
            default: .other
            }
    }

    init(_ error: DNSClientError) {
        self =
            switch error.code {
            case .timedOut: .timedOut
            case .connectionFailed: .connectionFailed
            case .malformedAnswer: .malformed
            default: .other
            }
    }

    init(_ error: ConsulHTTPError) {
        self.init(http: .unknown(ResolutionFailure(attempts: [.init(error)]), source: .http))
    }

    /// - Parameter answer: The resolution of a query over HTTP. Unusable instances count as an answer, too.
    init(http answer: Resolution) {
        guard case .unknown(let failure) = answer.outcome else {
            self = .answered
            return
        }
        self =
            switch failure.attempts.last?.code {
            case .unusableTargets?: .answered
            case .timedOut?: .timedOut
            case .connectionFailed?, .untrusted?: .connectionFailed
            case .serverFailure?: .serverFailure
            case .accessDenied?: .refused
            case .malformedAnswer?: .malformed
            default: .other
            }
    }
}

extension ResolverDiagnostics.Queries {
    /// Counts a query.
    mutating func count(_ outcome: QueryOutcome) {
        switch outcome {
        case .answered: answered += 1
        case .timedOut: timedOut += 1
        case .connectionFailed: connectionFailed += 1
        case .serverFailure: serverFailure += 1
        case .refused: refused += 1
        case .malformed: malformed += 1
        case .other: other += 1
        }
    }
}

// Without it, the name of a case is found by reflection, 28 times in each resolver: a tenth of a short process's start.
extension QueryOutcome: CustomStringConvertible {
    package var description: String {
        switch self {
        case .answered: "answered"
        case .timedOut: "timedOut"
        case .connectionFailed: "connectionFailed"
        case .serverFailure: "serverFailure"
        case .refused: "refused"
        case .malformed: "malformed"
        case .other: "other"
        }
    }
}
