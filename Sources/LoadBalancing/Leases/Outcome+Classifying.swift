// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

extension Outcome {
    /// What an error says about the endpoint, if it does not say so itself.
    ///
    /// An error that is ``OutcomeReporting`` says what it says. Otherwise, a cancelled task says nothing, whatever it throws:
    /// many clients have errors of their own for that. An error of this library, such as ``PickError``, says nothing either:
    /// it comes from a nested call about another service. Everything else is a failure of the server's.
    public static func classifying(_ error: any Error) -> Outcome {
        if let error = error as? any OutcomeReporting { return error.outcome }
        let isNeutral = error is CancellationError || error is any LibraryError || Task.isCancelled
        return isNeutral ? .neutral : .failure(.server)
    }

    /// Whether something went wrong that is the endpoint's fault.
    var isFailure: Bool {
        if case .failure(let kind) = ending { kind != .client } else { false }
    }

    /// Whether the endpoint has answered, be it that the request was no good.
    var isAnswer: Bool { self == .success || self == .failure(.client) }
}

/// An error that knows what it says about the endpoint it came from.
public protocol OutcomeReporting: Error {
    /// What it says.
    var outcome: Outcome { get }
}
