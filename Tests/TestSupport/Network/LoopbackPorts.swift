// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore
import NIOPosix

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
            guard taken.withLockedValue({ $0.insert(candidate).inserted }), await isFree(candidate) else { continue }
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

    private static func isFree(_ port: Int) async -> Bool {
        let group = MultiThreadedEventLoopGroup.singleton
        do {
            let stream = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: port).get()
            try await stream.close()
            let datagram = try await DatagramBootstrap(group: group).bind(host: "127.0.0.1", port: port).get()
            try await datagram.close()
            return true
        } catch {
            return false
        }
    }
}
