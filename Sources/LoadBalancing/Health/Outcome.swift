// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// The result of a use of an endpoint.
///
/// A balancer learns from reported outcomes: endpoints that fail are ejected for a while, slow ones get fewer requests.
public struct Outcome: Hashable, Sendable {
    enum Ending: Hashable, Sendable {
        case success
        case failure(FailureKind)
        case neutral
    }

    let ending: Ending

    private init(_ ending: Ending) { self.ending = ending }

    /// The endpoint answered as it should.
    public static var success: Outcome { Outcome(.success) }

    /// The endpoint failed, with a failure of the given kind.
    public static func failure(_ kind: FailureKind) -> Outcome { Outcome(.failure(kind)) }

    /// The result is unknown: the caller canceled, or failed for reasons of its own. It counts neither for nor against
    /// the endpoint, unless it took longer than requests to the endpoint do: then the time counts.
    public static var neutral: Outcome { Outcome(.neutral) }
}

extension Outcome: CustomStringConvertible {
    /// A word or two, for logs.
    public var description: String {
        switch ending {
        case .success: "success"
        case .failure(let kind): "failure: \(kind)"
        case .neutral: "neutral"
        }
    }
}

extension Outcome {
    /// Returns the outcome that an error stands for, if the error does not decide that itself.
    ///
    /// An ``OutcomeReporting`` error has an outcome of its own. Otherwise, every error in a canceled task is neutral,
    /// whatever it is: many clients have errors of their own for cancellation. An error of this library, such as
    /// ``PickError``, is neutral, too: it comes from a nested call about another service. Every other error is a
    /// failure of the server.
    public static func classifying(_ error: any Error) -> Outcome {
        if let error = error as? any OutcomeReporting { return error.outcome }
        let isNeutral = error is CancellationError || error is any LibraryError || Task.isCancelled
        return isNeutral ? .neutral : .failure(.server)
    }

    /// True if the endpoint was at fault.
    package var isFailure: Bool {
        if case .failure(let kind) = ending { kind != .client } else { false }
    }

    /// True if the endpoint has answered, even if only that the request was no good.
    var isAnswer: Bool { self == .success || self == .failure(.client) }
}

/// An error that knows what it says about the endpoint that it came from.
public protocol OutcomeReporting: Error {
    /// The outcome for the endpoint.
    var outcome: Outcome { get }
}
