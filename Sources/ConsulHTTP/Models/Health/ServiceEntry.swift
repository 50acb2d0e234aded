// SPDX-License-Identifier: Apache-2.0

/// One instance of a service: its registration, its node and its checks.
///
/// `/v1/health/service/…`, `/v1/health/connect/…` and `/v1/health/ingress/…` answer a list of these, and so do prepared
/// queries, as their nodes. Absent and null members are empty here.
public struct ServiceEntry: Hashable, Sendable {
    /// The node that the instance is registered on.
    public var node: Node

    /// The instance.
    public var service: Service

    /// The checks of the instance and those of its node, in no defined order.
    public var checks: [Check]

    /// Creates an instance.
    public init(node: Node = Node(), service: Service = Service(), checks: [Check] = []) {
        self.node = node
        self.service = service
        self.checks = checks
    }
}
