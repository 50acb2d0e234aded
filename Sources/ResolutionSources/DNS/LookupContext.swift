// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
import DNSWire
import ResolutionModel

/// State of one resolution over DNS.
package struct LookupContext {
    let name: DomainName

    /// The failed attempts, in order.
    var attempts: [ResolutionFailure.Attempt] = []

    /// The first answer with instances that does not prove its completeness. It is used if no better answer follows.
    var part: FoundInstances?

    init(name: DomainName) {
        self.name = name
    }

    mutating func fail(_ route: Route, _ code: ResolutionFailure.Code, _ message: String) {
        attempts.append(
            ResolutionFailure.Attempt(
                code: code,
                message: "\(route.server) over \(route.transport.rawValue.uppercased()): \(message)",
                server: route.server,
                transport: route.transport
            )
        )
    }

    /// The unknown outcome with all failed attempts, for a resolution that found no usable answer.
    var failure: Resolution {
        .unknown(ResolutionFailure(attempts: attempts), source: Resolution.Source(attempts.last?.transport ?? .udp))
    }
}

/// The server, transport and EDNS size of a query.
package struct Route {
    package let server: Nameserver
    package let transport: DNSTransport
    /// The size that EDNS advertises; `nil` for a query without EDNS.
    package var payloadSize: UInt16?
}

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
