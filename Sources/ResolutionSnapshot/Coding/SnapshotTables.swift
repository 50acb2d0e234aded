// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing
import ResolutionModel

/// The values that are encoded as an index into a table. A released index keeps its meaning, so new values are
/// appended.
enum SnapshotTables {
    static let kinds: [ServiceRequest.Kind] = [.service, .connect, .ingress, .preparedQuery]
    /// The flag that is set in the index of a kind if the name of a port follows after the request.
    static let portFlag: UInt8 = 0x80
    static let healthRules: [ServiceRequest.HealthRule] = [.notCritical, .passing]
    static let datacenterForms: [ConsulLocality.DatacenterForm] = [.classic, .explicit]
    static let statuses: [Endpoint.Status] = [.passing, .warning, .critical]
}
