// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing
package import NetworkAddress
package import ResolutionModel

extension Resolution {
    /// Returns the resolution without the endpoints that fail their probes. Each endpoint that is left has its verdict.
    ///
    /// If all endpoints fail, all are kept. The fault may be on this side: a wrong check, or a network that lets no
    /// probe through. Connecting to endpoints that may be dead is better than having no endpoint to connect to.
    ///
    /// ``isComplete`` does not change, since it describes the completeness of Consul's answer.
    package func applying(_ verdicts: [HostPort: ProbeVerdict]) -> Resolution {
        guard !verdicts.isEmpty, case .endpoints(var endpoints) = outcome else { return self }
        for index in endpoints.indices { endpoints[index].probe = verdicts[endpoints[index].hostPort] }
        let alive = endpoints.filter { $0.probe != .down }
        var resolution = self
        resolution.outcome = .endpoints(alive.isEmpty ? endpoints : alive)
        return resolution
    }
}
