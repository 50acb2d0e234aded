// SPDX-License-Identifier: Apache-2.0

/// How the use of an endpoint ended.
///
/// Reporting it is what makes a balancer notice: endpoints that fail are left alone for a while, slow ones get less.
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

    /// The endpoint did not, in the way that is given.
    public static func failure(_ kind: FailureKind) -> Outcome { Outcome(.failure(kind)) }

    /// Nothing is known: the caller cancelled, or failed for reasons of its own. Counts for and against
    /// nobody, unless it took longer than requests to the endpoint do: then that is noted.
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
