// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress

extension Snapshot.Entry {
    /// Whether the entry would be read back. A service without endpoints is not worth it: whoever starts without Consul
    /// knows no more with it than without.
    var isStorable: Bool {
        !request.name.isEmpty && givenAt >= 0
            && SnapshotTables.kinds.contains(request.kind)
            && SnapshotTables.healthRules.contains(request.health)
            && SnapshotTables.datacenterForms.contains(request.locality.datacenterForm)
            && !endpoints.isEmpty && endpoints.allSatisfy(\.host.isReadable)
    }
}

extension Host {
    /// Whether a name is one that ``init(_:)`` reads as a name, as all do that come out of Consul's answers.
    var isReadable: Bool {
        if case .name(let name) = self { Host(name) == self } else { true }
    }
}
