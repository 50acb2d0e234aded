// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP
import ResolutionModel

extension ResolutionFailure.Attempt {
    package init(_ error: ConsulHTTPError) {
        self.init(code: error.resolutionCode, message: error.message)
    }
}

extension ConsulHTTPError {
    var resolutionCode: ResolutionFailure.Code {
        switch code {
        case .timedOut: .timedOut
        case .denied: .accessDenied
        case .tokenUnavailable: .tokenUnavailable
        case .tls: .untrusted
        case .noLeader, .serverError, .noSuchDatacenter, .tooManyConnections: .serverFailure
        case .notFound, .badRequest, .unexpectedStatus: .rejected
        case .undecodable, .tooLarge: .malformedAnswer
        default: .connectionFailed
        }
    }
}
