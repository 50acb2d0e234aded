// SPDX-License-Identifier: Apache-2.0

/// One instance of a service: what is registered, where it runs, and how it is.
///
/// This is what `/v1/health/service/…`, `/v1/health/connect/…` and `/v1/health/ingress/…` answer a list of, and what
/// prepared queries give as their nodes. What is absent and what is null is empty here.
public struct ServiceEntry: Hashable, Sendable {
    /// The node that it is registered on.
    public var node: Node

    /// The instance.
    public var service: Service

    /// The checks of the instance and those of its node, in no order that could be relied upon.
    public var checks: [Check]

    /// An instance.
    public init(node: Node = Node(), service: Service = Service(), checks: [Check] = []) {
        self.node = node
        self.service = service
        self.checks = checks
    }
}
