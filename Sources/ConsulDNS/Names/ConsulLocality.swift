// SPDX-License-Identifier: Apache-2.0

/// The scope in which a name is looked up: a datacenter, and with Consul Enterprise or peering the other dimensions.
public struct ConsulLocality: Hashable, Sendable {
    /// The form in which a datacenter is written.
    package enum DatacenterForm: Hashable, Sendable {
        /// `.dc1`, which every version of Consul understands.
        case classic
        /// `.dc1.dc`, since Consul 1.14; older agents return NXDOMAIN. Required beside any other dimension.
        case explicit
    }

    /// The datacenter; `nil` for the agent's own.
    public var datacenter: String?

    /// The form in which the datacenter is written. Default ``DatacenterForm/classic``; the explicit form is used in
    /// any case if another dimension is set.
    package var datacenterForm = DatacenterForm.classic

    /// The namespace (Enterprise), written `.name.ns`.
    public var namespace: String?

    /// The admin partition (Enterprise), written `.name.ap`.
    public var partition: String?

    /// The cluster peer, written `.name.peer`. Consul 1.14.
    public var peer: String?

    /// The sameness group (Enterprise), written `.name.sg`. Consul 1.16.
    public var samenessGroup: String?

    /// The agent's own datacenter, namespace and partition.
    public static let local = ConsulLocality()

    /// A datacenter in the form that every version understands.
    public static func datacenter(_ name: String) -> ConsulLocality { ConsulLocality(datacenter: name) }

    /// A locality of the given dimensions.
    public init(
        datacenter: String? = nil,
        namespace: String? = nil,
        partition: String? = nil,
        peer: String? = nil,
        samenessGroup: String? = nil
    ) {
        self.datacenter = datacenter
        self.namespace = namespace
        self.partition = partition
        self.peer = peer
        self.samenessGroup = samenessGroup
    }
}

extension ConsulLocality {
    /// True if it restricts nothing. Used for every lookup, so it compares optionals with `nil` instead of their
    /// values.
    package var isLocal: Bool {
        datacenter == nil && namespace == nil && partition == nil && peer == nil && samenessGroup == nil
            && datacenterForm == .classic
    }

    /// The labels right of the keyword, in the order of Consul's documentation.
    func labels() throws(ConsulNameError) -> [String] {
        var labels: [String] = []
        func add(_ name: String?, _ part: ConsulNameError.Part, _ keyword: String) throws(ConsulNameError) {
            if let name { labels += [try LabelRules.place(name, of: part), keyword] }
        }
        try add(samenessGroup, .samenessGroup, "sg")
        try add(namespace, .namespace, "ns")
        try add(partition, .partition, "ap")
        try add(peer, .peer, "peer")
        if datacenterForm == .explicit || !labels.isEmpty {
            try add(datacenter, .datacenter, "dc")
        } else if let datacenter {
            labels = [try LabelRules.place(datacenter, of: .datacenter)]
        }
        return labels
    }
}
