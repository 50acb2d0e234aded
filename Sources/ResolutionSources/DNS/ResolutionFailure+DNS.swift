// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
import ResolutionModel

extension ResolutionFailure.Attempt {
    package init(_ error: DNSClientError) {
        self.init(
            code: error.resolutionCode,
            message: error.description,
            server: error.server,
            transport: error.transport
        )
    }
}

extension DNSClientError {
    var resolutionCode: ResolutionFailure.Code {
        switch code {
        case .timedOut: .timedOut
        case .malformedAnswer: .malformedAnswer
        case .outOfResources: .outOfResources
        default: .connectionFailed
        }
    }
}
