// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import LoadBalancing

/// What is written as its place in a list. A place that has been released stays what it is: only ever append.
enum SnapshotTables {
    static let kinds: [ServiceRequest.Kind] = [.service, .connect, .ingress, .preparedQuery]
    /// Set beside the place of a kind if the name of a port follows behind the request.
    static let portFlag: UInt8 = 0x80
    static let healthRules: [ServiceRequest.HealthRule] = [.notCritical, .passing]
    static let datacenterForms: [ConsulLocality.DatacenterForm] = [.classic, .explicit]
    static let statuses: [Endpoint.Status] = [.passing, .warning, .critical]
}
