// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

extension ResolutionFailure.Attempt {
    init(_ error: ConsulHTTPError) {
        self.init(code: error.resolutionCode, message: error.message)
    }
}

extension ConsulHTTPError {
    var resolutionCode: ResolutionFailure.Code {
        switch code {
        case .timedOut: .timedOut
        case .denied, .tokenUnavailable: .accessDenied
        case .tls: .untrusted
        case .noLeader, .serverError: .serverFailure
        case .notFound, .badRequest, .unexpectedStatus: .rejected
        case .undecodable, .tooLarge: .malformedAnswer
        default: .connectionFailed
        }
    }
}
