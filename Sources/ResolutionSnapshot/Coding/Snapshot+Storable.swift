// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import NetworkAddress
import ResolutionModel

extension Snapshot.Entry {
    /// True if the decoder would accept the entry. A service without endpoints is not stored, because it would be of no
    /// use to a process that starts without Consul.
    var isStorable: Bool {
        !request.name.isEmpty && givenAt >= 0
            && SnapshotTables.kinds.contains(request.kind)
            && SnapshotTables.healthRules.contains(request.health)
            && SnapshotTables.datacenterForms.contains(request.locality.datacenterForm)
            && !endpoints.isEmpty && endpoints.allSatisfy(\.host.isReadable)
    }
}

extension Host {
    /// True if ``init(_:)`` would read a name as a name again. All names from Consul's answers satisfy this.
    var isReadable: Bool {
        if case .name(let name) = self { Host(name) == self } else { true }
    }
}
