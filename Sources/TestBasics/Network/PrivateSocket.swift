// SPDX-License-Identifier: Apache-2.0

import NIOCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A socket on a loopback port that child processes do not inherit, unlike NIO's own sockets.
package enum PrivateSocket {
    /// The type of the socket.
    package enum Kind {
        case stream
        case datagram
    }

    /// Opens and binds a socket, which the caller has to close.
    ///
    /// - Parameter reusing: True to bind even if connections of an earlier server on this port are still closing.
    package static func bound(_ kind: Kind, port: Int, reusing: Bool = false) throws -> CInt {
        let descriptor = opened(kind)
        guard descriptor >= 0 else { throw IOError(errnoCode: errno, reason: "socket") }
        if reusing {
            var yes: CInt = 1
            setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
        }
        do {
            let address = try SocketAddress(ipAddress: "127.0.0.1", port: port)
            let result = address.withSockAddr { bind(descriptor, $0, socklen_t($1)) }
            guard result == 0 else { throw IOError(errnoCode: errno, reason: "bind") }
            return descriptor
        } catch {
            close(descriptor)
            throw error
        }
    }

    private static func opened(_ kind: Kind) -> CInt {
        #if os(Linux)
        let type = kind == .stream ? SOCK_STREAM : SOCK_DGRAM
        return socket(AF_INET, CInt(type.rawValue | SOCK_CLOEXEC.rawValue), 0)
        #else
        let descriptor = socket(AF_INET, kind == .stream ? SOCK_STREAM : SOCK_DGRAM, 0)
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        return descriptor
        #endif
    }
}
