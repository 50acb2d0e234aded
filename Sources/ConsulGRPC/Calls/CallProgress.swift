// SPDX-License-Identifier: Apache-2.0

#if GRPC

import GRPCCore
import LoadBalancing

/// Decides what the course of a call says about its endpoint. A pure value: parts of the stream go in, reports to the
/// lease come out.
///
/// The latency is the time until the first part of the response. It says something about an endpoint only if the whole
/// request was there from the start: for a stream of requests, it depends on the client.
struct CallProgress {
    enum Action: Equatable {
        case ignoreLatency
        case markFirstByte
        case finish(Outcome)
    }

    private let timeout: Duration?
    /// True if the number of request messages decides whether requests are streamed.
    let countsRequests: Bool
    private var requests = 0
    private var hasResponse = false
    private var isFinished = false

    /// - Parameters:
    ///   - type: The type of the method; `nil` if it is unknown, as in handwritten descriptors.
    ///   - timeout: The time that the call may take.
    init(type: MethodDescriptor.RPCType?, timeout: Duration?) {
        self.timeout = timeout
        countsRequests = type == nil
    }

    /// The client writes a request message.
    mutating func request() -> Action? {
        requests += 1
        return countsRequests && requests == 2 && !hasResponse ? .ignoreLatency : nil
    }

    /// The server begins the response, or goes on with it.
    mutating func response() -> Action? {
        defer { hasResponse = true }
        return hasResponse ? nil : .markFirstByte
    }

    /// The call ends with a status, or with an error of the transport.
    ///
    /// - Parameter metadata: The trailing metadata, in which a server may ask for a pause (gRFC A6).
    mutating func status(_ code: Status.Code, _ metadata: Metadata) -> Action? {
        // The client has canceled the call, maybe because its time is over: `end` knows.
        guard code != .cancelled else { return nil }
        return finish(Outcome(code, retryAfter: metadata.retryPushback))
    }

    /// The stream is closed. Without a status, the caller has stopped to listen.
    mutating func end(after elapsed: Duration, isCanceled: Bool) -> Action? {
        // The deadline was set a little before this call began to count.
        if isCanceled, let timeout, elapsed >= timeout * 0.9 { return finish(.failure(.timeout)) }
        return finish(.neutral)
    }

    private mutating func finish(_ outcome: Outcome) -> Action? {
        defer { isFinished = true }
        return isFinished ? nil : .finish(outcome)
    }
}

extension Outcome {
    /// Creates the outcome that a status stands for.
    ///
    /// - Parameter pause: The pause that the server asks for.
    init(_ code: Status.Code, retryAfter pause: Duration?) {
        self =
            switch code {
            case .ok: .success
            case .cancelled: .neutral
            case .resourceExhausted: .failure(.overload(retryAfter: pause))
            case .unavailable where pause != nil: .failure(.overload(retryAfter: pause))
            case .deadlineExceeded: .failure(.timeout)
            // Handlers that throw any error of their own cause `unknown`.
            case .unknown, .internalError, .unavailable, .dataLoss: .failure(.server)
            default: .failure(.client)
            }
    }
}

extension Metadata {
    /// The pause in the trailing metadata of a status; `nil` if the server does not ask for one. A negative number
    /// forbids retries, and names no pause.
    fileprivate var retryPushback: Duration? {
        for text in self[stringValues: "grpc-retry-pushback-ms"] {
            guard let milliseconds = Int32(text), milliseconds >= 0 else { return nil }
            return .milliseconds(Int64(milliseconds))
        }
        return nil
    }
}

#endif
