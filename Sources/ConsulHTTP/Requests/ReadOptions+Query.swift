// SPDX-License-Identifier: Apache-2.0

extension ReadOptions {
    /// Appends the parameters of these options.
    func append(to query: inout RequestQuery) {
        if let parameter = consistency.parameter { query.append(parameter) }
        if consistency == .stale { query.append("max_stale", ifPresent: maxStale?.goText) }
        query.append("dc", ifPresent: datacenter)
        query.append("ns", ifPresent: namespace)
        query.append("partition", ifPresent: partition)
        query.append("filter", ifPresent: filter)
        query.append("near", ifPresent: near)
        // Sorted, so that equal options make equal requests: watches with equal requests share a loop.
        for (key, value) in nodeMeta.sorted(by: { $0.key < $1.key }) { query.append("node-meta", "\(key):\(value)") }
        if cached { query.append("cached") }
    }

    /// Returns these options with the client's datacenter, namespace and partition in place of `nil`.
    func completed(by configuration: ConsulHTTPConfiguration) -> ReadOptions {
        var options = self
        options.datacenter = datacenter ?? configuration.datacenter
        options.namespace = namespace ?? configuration.namespace
        options.partition = partition ?? configuration.partition
        return options
    }
}

extension Duration {
    /// The duration in Go's format, in whole milliseconds and at least one: Consul takes `0s` as the default.
    package var goText: String {
        let (seconds, attoseconds) = components
        // The maximum of Go's durations is 292 years.
        guard seconds < 1 << 33 else { return "\(1 << 33)s" }
        return "\(max(1, max(seconds, 0) * 1000 + attoseconds / 1_000_000_000_000_000))ms"
    }
}
