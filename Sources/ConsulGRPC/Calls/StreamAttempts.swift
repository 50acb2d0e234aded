// SPDX-License-Identifier: Apache-2.0

#if GRPC

import NetworkAddress

/// Decides what follows when no stream could be opened for a call. A pure value.
///
/// An endpoint never sees a call before its stream is open, so that trying another one is safe for every call, and
/// needs no retry policy (gRFC A6, "transparent retries").
struct StreamAttempts {
    enum Action: Equatable {
        /// Pick another endpoint than ``excluded``.
        case tryAgain
        /// Sleep, then pick among all endpoints.
        case wait(Duration)
        /// Fail the call with the last error.
        case fail
    }

    /// The number of endpoints that one call tries, as many as grpc-swift's own channel.
    static let limit = 5
    static let shortestPause = Duration.milliseconds(50)
    static let longestPause = Duration.seconds(1)

    private let waitsForReady: Bool
    private var pause = Self.shortestPause
    /// The endpoints that could not be connected to.
    private(set) var excluded: [HostPort] = []

    /// - Parameter waitsForReady: True if the call has to wait until it can be sent, for as long as its deadline allows.
    init(waitsForReady: Bool) {
        self.waitsForReady = waitsForReady
    }

    /// An endpoint could not be connected to.
    mutating func cannotConnect(to place: HostPort) -> Action {
        excluded.append(place)
        return excluded.count < Self.limit ? .tryAgain : giveUp()
    }

    /// There is no endpoint, or all of them have been tried.
    mutating func hasNoEndpoint() -> Action { giveUp() }

    private mutating func giveUp() -> Action {
        guard waitsForReady else { return .fail }
        excluded = []
        defer { pause = min(pause * 2, Self.longestPause) }
        return .wait(pause)
    }
}

#endif
