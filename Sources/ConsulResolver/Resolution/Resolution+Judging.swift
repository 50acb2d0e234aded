// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// Whether it is not the answer that was asked for: nothing, or an earlier one.
    var isDoubtful: Bool {
        if case .unknown = outcome { true } else { isStale }
    }

    /// Nothing is known, because asking failed in a way of somebody else's: a closure that gives tokens may fail as it
    /// likes, with a cancellation of its own, too.
    static func unknown(afterAsking error: any Error) -> Resolution {
        let attempt = ResolutionFailure.Attempt(
            code: .tokenUnavailable,
            message: "asking failed: \(type(of: error))"
        )
        return .unknown(ResolutionFailure(attempts: [attempt]), source: .http)
    }
}
