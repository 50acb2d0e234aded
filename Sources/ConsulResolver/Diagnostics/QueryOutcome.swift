// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import ConsulHTTP
import DNSWire

/// What becomes of a question: one outcome for each. The names are those in the metrics, the numbers places in a list.
enum QueryOutcome: Int, CaseIterable {
    case answered
    case timedOut
    case connectionFailed
    case serverFailure
    case refused
    case malformed
    case other

    /// - Parameter code: `nil` for what cannot be understood.
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

    /// - Parameter answer: What came of asking over HTTP. Instances that cannot be used are an answer, too.
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
