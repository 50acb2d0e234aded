// SPDX-License-Identifier: Apache-2.0

/// The order in which one client tries the servers of one priority (RFC 2782), for clients that keep a connection for
/// long.
///
/// The algorithm in the text of RFC 2782 draws a number from 0 to the sum of weights, both included, and so has one
/// number too many: of two servers of weight 1 the first has two thirds. This one gives each server exactly its share
/// of first places, over many clients, and also of the places that follow when the servers before have failed.
///
/// The order does not depend on the order of records, and the seed of a client keeps it: when servers come or go, the
/// rest stay as they were. The RFC would have weight 0 chosen now and then; here it comes last, as everywhere else in
/// this library.
enum ServiceOrder {
    /// Returns the indices of all servers, the one to try first in front.
    ///
    /// - Parameters:
    ///   - identities: hashes that identify the servers
    ///   - seed: a number of the client's own, evenly distributed over all clients
    static func order(identities: [UInt64], weights: [UInt32], seed: UInt64) -> [Int] {
        // The client's seed takes the place of a key.
        Rendezvous(identities: identities, weights: weights).order(for: seed)
    }
}
