// SPDX-License-Identifier: Apache-2.0

/// What is simulated.
struct Setting: Sendable {
    var servers: [Server]
    /// Consul's weights; all 1 if there are none.
    var weights: [UInt16] = []
    /// How many clients there are, each with a balancer that knows nothing of the others'.
    var clients = 1
    var arrivals: Arrivals
    /// After how many seconds a client gives up.
    var timeout = 10.0
    /// What the source says; all servers at the start if it says nothing.
    var listings: [Listing] = []
    var seed: UInt64 = 1
}
