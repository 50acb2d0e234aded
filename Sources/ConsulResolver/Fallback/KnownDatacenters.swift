// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers

/// The datacenters that Consul has listed, or about whose services it has answered.
///
/// While there is no path to a datacenter, Consul says what it says about one that does not exist: "No path to datacenter"
/// over HTTP, NXDOMAIN over DNS. Its server does not even list the datacenter any more when it has restarted meanwhile.
/// About a datacenter in here, that means "could not ask".
final class KnownDatacenters: Sendable {
    private let names: NIOLockedValueBox<BoundedMemory<String>>

    /// - Parameter names: What is known from an earlier process.
    init(_ names: some Sequence<String> = []) {
        var memory = BoundedMemory<String>()
        for name in names { memory.insert(name.lowercased()) }
        self.names = NIOLockedValueBox(memory)
    }

    func contains(_ name: String) -> Bool {
        names.withLockedValue { $0.contains(name.lowercased()) }
    }

    func insert(_ name: String) {
        names.withLockedValue { $0.insert(name.lowercased()) }
    }
}
