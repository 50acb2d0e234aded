// SPDX-License-Identifier: Apache-2.0

/// The parameters of a simulation.
struct Setting: Sendable {
    var servers: [Server]
    /// Consul's weights; empty if all are 1.
    var weights: [UInt16] = []
    /// The number of clients, each with a balancer of its own that shares no state with the others.
    var clients = 1
    var arrivals: Arrivals
    /// The timeout of clients, in seconds.
    var timeout = 10.0
    /// The lists of the source; empty if it lists all servers from the start.
    var listings: [Listing] = []
    var seed: UInt64 = 1
}
