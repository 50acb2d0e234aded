// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

extension DNSClientError: CustomStringConvertible {
    /// One sentence for users: the server, and what happened.
    public var description: String {
        guard let server, let transport else { return reason }
        return "\(server) over \(transport.rawValue.uppercased()): \(reason)"
    }

    /// The failure, without the server.
    public var reason: String {
        switch code {
        case .timedOut: "no answer before the deadline"
        case .connectionFailed: systemError.map(DNSClientError.text(ofSystemError:)) ?? "the connection was closed"
        case .malformedAnswer: "the answer was not a DNS message"
        case .rejected: "the query could not be sent"
        case .suspectedForgery: "too many wrong answers, as in an attempt to forge one; query over TCP"
        case .invalidServer: "0 is not a port of a server; write a port from 1 to 65535"
        case .closed: "the client has been shut down"
        default: "no memory, threads or descriptors left"
        }
    }

    private static func text(ofSystemError number: Int32) -> String {
        // strerror's text for a known number is a constant; the thread-safe variants differ between C libraries.
        String(cString: strerror(number)).lowercased()
    }
}
