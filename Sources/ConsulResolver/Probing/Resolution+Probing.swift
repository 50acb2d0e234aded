// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

extension Resolution {
    /// What a source found, without the endpoints that fail their probes. Those that are left tell what theirs have shown.
    ///
    /// If all fail, all are kept: the fault may be on this side, a check that asks for the wrong thing or a network that
    /// lets no probe through, and connecting to what may be dead beats connecting to nothing.
    ///
    /// ``isComplete`` stays as it is: it says what Consul's answer may be missing.
    func applying(_ verdicts: [HostPort: ProbeVerdict]) -> Resolution {
        guard !verdicts.isEmpty, case .endpoints(var endpoints) = outcome else { return self }
        for index in endpoints.indices { endpoints[index].probe = verdicts[endpoints[index].hostPort] }
        let alive = endpoints.filter { $0.probe != .down }
        var resolution = self
        resolution.outcome = .endpoints(alive.isEmpty ? endpoints : alive)
        return resolution
    }
}
