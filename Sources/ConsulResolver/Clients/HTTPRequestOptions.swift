// SPDX-License-Identifier: Apache-2.0

public import AsyncHTTPClient
public import LoadBalancing
import NIOHTTP1

/// Options of `HTTPClient.execute(_:on:timeout:options:logger:)`.
public struct HTTPRequestOptions: Sendable {
    /// The largest number of endpoints to try, the first one included. Default 3. Each further attempt needs a part of
    /// the service's retry budget (`LoadBalancer.Configuration.retryBudget`).
    public var attempts = 3

    /// The longest time of one attempt, until the head of its response; `nil`, the default, for all the time that is
    /// left. Without it, an endpoint that does not answer uses up the time of the other attempts.
    public var attemptTimeout: Duration?

    /// True if a request may reach servers twice whatever its method is. Default false: a request whose method is not
    /// idempotent (RFC 9110 section 9.2.2), such as POST, is sent once more only if no connection came about.
    public var repeatsAnyMethod = false

    /// True if the body can be sent twice: it consists of bytes in memory, or of a sequence that can be iterated again.
    /// Default false, because AsyncHTTPClient does not tell what a body is. A request without a body needs no such
    /// promise, and an attempt without a connection has read no body.
    public var isBodyReplayable = false

    /// Returns what a response says about the endpoint. A failure of the endpoint leads to another attempt, if there
    /// may be one. Default `Outcome.classifyingResponse`.
    public var classifyResponse: @Sendable (HTTPClientResponse) -> Outcome = { .classifyingResponse($0) }

    /// Returns what an error says about the endpoint. Default `Outcome.classifyingNetwork`.
    public var classifyError: LoadBalancer.Classifier = { .classifyingNetwork($0) }

    /// The options of the picks, such as the key for `hashed`.
    public var picking = PickOptions()

    /// Creates the default options.
    public init() {}
}

extension Outcome {
    /// Returns what the status of a response says about the endpoint.
    ///
    /// A status of 500 and above is a failure of the server, without 501 and 505, which are about the request. 429, and
    /// 503 with the field `Retry-After`, mean an overload. All other statuses of 400 and above are the fault of the
    /// request, and do not count against the endpoint; all statuses below 400 are successes.
    public static func classifyingResponse(_ response: HTTPClientResponse) -> Outcome {
        let retryAfter = response.headers.first(name: "Retry-After")
        return switch response.status.code {
        case 429: .failure(.overload(retryAfter: delay(retryAfter)))
        case 503 where retryAfter != nil: .failure(.overload(retryAfter: delay(retryAfter)))
        case 501, 505: .failure(.client)
        case 500...: .failure(.server)
        case 400...: .failure(.client)
        default: .success
        }
    }

    /// Parses a delay in seconds; `nil` for the other form of the field, a date (RFC 9110 section 10.2.3).
    private static func delay(_ retryAfter: String?) -> Duration? {
        retryAfter.flatMap { UInt32($0) }.map { .seconds($0) }
    }
}
