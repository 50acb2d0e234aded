// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Finds loopback ports nobody listens on.
enum LoopbackPorts {
    /// Below the ephemeral range of Linux (32768 and up): a port that is free now cannot be handed to somebody's
    /// outgoing connection before its server has bound it.
    private static let candidates = 12_000..<32_000

    /// Ports that this process has been given or has tried. None is given twice: a test that leaves the TCP half of a port
    /// alone counts on nobody listening there.
    private static let taken = NIOLockedValueBox<Set<Int>>([])

    /// Ports that were free for both TCP and UDP a moment ago. Another process may still be faster: be ready to retry.
    static func free(count: Int) async throws -> [Int] {
        var found: [Int] = []
        while found.count < count {
            let candidate = Int.random(in: candidates)
            guard taken.withLockedValue({ $0.insert(candidate).inserted }), isFree(candidate) else { continue }
            found.append(candidate)
        }
        return found
    }

    /// Runs what binds such ports, again with others when somebody was faster.
    static func retryingWhenTaken<Server>(
        isolation: isolated (any Actor)? = #isolation,
        _ start: () async throws -> Server
    ) async throws -> Server {
        for _ in 1...4 {
            do {
                return try await start()
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                continue
            } catch ConsulAgentError.didNotStart(_, let log) where log.contains("address already in use") {
                continue
            }
        }
        return try await start()
    }

    /// Binds both halves and lets them go, without listening: a process that is started at this very moment may inherit
    /// the sockets, and would keep a listening one open for as long as it lives.
    private static func isFree(_ port: Int) -> Bool {
        canBind(port, streamSocketType) && canBind(port, datagramSocketType)
    }

    private static func canBind(_ port: Int, _ type: Int32) -> Bool {
        let descriptor = socket(AF_INET, type, 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port).bigEndian)
        address.sin_addr.s_addr = in_addr_t(UInt32(0x7F00_0001).bigEndian)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}

#if canImport(Glibc)
private let streamSocketType = Int32(SOCK_STREAM.rawValue)
private let datagramSocketType = Int32(SOCK_DGRAM.rawValue)
#else
private let streamSocketType = SOCK_STREAM
private let datagramSocketType = SOCK_DGRAM
#endif
