// SPDX-License-Identifier: Apache-2.0

/// The order in which one client tries the servers of one priority (RFC 2782), for who stays with a connection for long.
///
/// The algorithm in the text of RFC 2782 draws a number from 0 to the sum of weights, both included, and so has one
/// number too many: of two servers of weight 1 the first has two thirds. This one gives each server exactly its share of
/// first places, over many clients, and the same for whoever comes next when those before it have failed.
///
/// Nothing here depends on the order of records, and the seed of a client keeps its order: when servers come or go, the
/// rest stay as they were. The RFC would have weight 0 chosen now and then; here it comes last, as everywhere else.
enum ServiceOrder {
    /// Indices of all servers, the one to try first in front.
    ///
    /// - Parameters:
    ///   - identities: hashes that say who a server is
    ///   - seed: a number of the client's own, evenly distributed over all clients
    static func order(identities: [UInt64], weights: [UInt32], seed: UInt64) -> [Int] {
        // A client is to servers what a key is to endpoints.
        Rendezvous(identities: identities, weights: weights).order(for: seed)
    }
}
