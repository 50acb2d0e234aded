// SPDX-License-Identifier: Apache-2.0

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
