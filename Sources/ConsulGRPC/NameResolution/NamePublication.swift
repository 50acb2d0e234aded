// SPDX-License-Identifier: Apache-2.0

#if GRPC

import LoadBalancing
import NetworkAddress
import ResolutionModel

/// Decides which lists of addresses a name resolver pushes. A pure value: resolutions go in, actions come out.
struct NamePublication {
    enum Action: Equatable {
        /// A list that differs from the last one.
        case push([HostPort])
        /// The last list stays in use.
        case keep
        /// There is no list yet, for this reason.
        case fail(String)
    }

    private var pushed: Set<HostPort>?

    /// True once there has been a list.
    var hasBegun: Bool { pushed != nil }

    mutating func apply(_ resolution: Resolution) -> Action {
        switch resolution.outcome {
        case .endpoints(let endpoints):
            let addresses = endpoints.filter(\.hasSocketAddress).preferred.map(\.hostPort)
            let distinct = Set(addresses)
            guard !distinct.isEmpty else {
                return refuse("every instance has the name of a host as its address, or no port")
            }
            // grpc-swift ignores the order, and has no weights.
            guard distinct != pushed else { return .keep }
            pushed = distinct
            return .push(addresses)
        case .empty(let reason):
            let words = "Consul knows no healthy instance"
            return refuse(reason.map { "\(words): \($0)" } ?? words)
        case .unknown(let failure):
            return refuse("Consul did not answer: \(failure)")
        }
    }

    private func refuse(_ reason: String) -> Action { hasBegun ? .keep : .fail(reason) }
}

extension Endpoint {
    /// True if a socket can be connected without another lookup.
    fileprivate var hasSocketAddress: Bool {
        guard case .address = host else { return false }
        return port != 0
    }
}

extension [Endpoint] {
    /// The healthy endpoints of the lowest SRV priority that has any; the lowest priority of all endpoints if none is
    /// healthy, as a balancer does.
    var preferred: [Endpoint] {
        let healthy = filter(\.isListedAsHealthy)
        let usable = healthy.isEmpty ? self : healthy
        let priority = usable.map(\.priority).min()
        return usable.filter { $0.priority == priority }
    }
}

#endif
