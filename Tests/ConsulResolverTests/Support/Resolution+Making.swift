// SPDX-License-Identifier: Apache-2.0

@testable import ConsulResolver
@testable import ResolutionModel

/// Resolutions for tests of the code that judges them.
extension Resolution {
    /// Endpoints on this machine, identified by their ports.
    static func endpoints(
        _ ports: UInt16...,
        source: Source = .dnsUDP,
        isComplete: Bool = true,
        timeToLive: Duration = .zero
    ) -> Resolution {
        endpoints(ports, source: source, isComplete: isComplete, timeToLive: timeToLive)
    }

    static func endpoints(
        _ ports: [UInt16],
        source: Source = .dnsUDP,
        isComplete: Bool = true,
        timeToLive: Duration = .zero
    ) -> Resolution {
        let endpoints = ports.map { Endpoint(host: .address(.v4(.loopback)), port: $0) }
        return Resolution(.endpoints(endpoints), source: source, isComplete: isComplete, timeToLive: timeToLive)
    }

    static func empty(
        _ reason: EmptyReason? = nil,
        source: Source = .http,
        timeToLive: Duration = .zero
    ) -> Resolution {
        Resolution(.empty(reason), source: source, isComplete: true, timeToLive: timeToLive)
    }

    static func unknown(_ code: ResolutionFailure.Code = .timedOut) -> Resolution {
        .unknown(ResolutionFailure(attempts: [.init(code: code, message: "")]), source: .http)
    }

    /// The same from a server without a leader.
    var leaderless: Resolution {
        var resolution = self
        resolution.isStale = true
        return resolution
    }

    /// The ports of the endpoints, sorted.
    var ports: [UInt16] { endpoints.map(\.port).sorted() }

    /// True if the outcome is unknown.
    var isUnknown: Bool { failure != nil }
}
