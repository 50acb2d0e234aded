// SPDX-License-Identifier: Apache-2.0

extension Resolution {
    /// True if this is not the requested answer: an unknown outcome, or an earlier answer.
    package var isDoubtful: Bool {
        if case .unknown = outcome { true } else { isStale }
    }

    /// Returns an unknown outcome after an error from user code: a closure that provides tokens may throw any error, a
    /// cancellation of its own included.
    package static func unknown(afterAsking error: any Error) -> Resolution {
        let attempt = ResolutionFailure.Attempt(
            code: .tokenUnavailable,
            message: "the lookup failed with an error of the type \(type(of: error))"
        )
        return .unknown(ResolutionFailure(attempts: [attempt]), source: .http)
    }
}
