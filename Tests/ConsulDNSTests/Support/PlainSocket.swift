// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// A server's socket without an event loop: a test reads one query from it and writes as much as the system accepts.
final class PlainSocket {
    private let transport: Transport
    private let socket: Int32
    private var connection: Int32 = -1
    private var peer = sockaddr_in()
    let port: Int

    struct Failure: Error {
        let call: String
        let number: Int32
    }

    init(_ transport: Transport) throws {
        self.transport = transport
        #if canImport(Glibc)
        let type = Int32((transport == .udp ? SOCK_DGRAM : SOCK_STREAM).rawValue)
        #else
        let type = transport == .udp ? SOCK_DGRAM : SOCK_STREAM
        #endif
        socket = Self.open(type)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = socket
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        port = Int(UInt16(bigEndian: address.sin_port))
        guard bound, transport == .udp || listen(descriptor, 1) == 0 else {
            close(descriptor)
            throw Failure(call: "bind", number: errno)
        }
    }

    deinit {
        if connection >= 0 { close(connection) }
        close(socket)
    }

    private static func open(_ type: Int32) -> Int32 {
        #if canImport(Glibc)
        Glibc.socket(AF_INET, type, 0)
        #elseif canImport(Musl)
        Musl.socket(AF_INET, type, 0)
        #else
        Darwin.socket(AF_INET, type, 0)
        #endif
    }

    /// Waits for a query and returns its ID. `work` runs the client meanwhile.
    func receiveID(_ work: () -> Void) throws -> UInt16 {
        var bytes = [UInt8](repeating: 0, count: 1024)
        let flags = Int32(MSG_DONTWAIT)
        for _ in 0..<1000 {
            if transport == .tcp, connection < 0 {
                // The kernel completes the handshake, so this does not block for long.
                connection = accept(socket, nil, nil)
                guard connection >= 0 else { throw Failure(call: "accept", number: errno) }
            }
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let from = transport == .tcp ? connection : socket
            let count = withUnsafeMutablePointer(to: &peer) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    recvfrom(from, &bytes, bytes.count, flags, address, &length)
                }
            }
            let header = transport == .tcp ? 2 : 0
            if count >= header + 12 { return UInt16(bytes[header]) << 8 | UInt16(bytes[header + 1]) }
            work()
        }
        throw Failure(call: "recvfrom", number: errno)
    }

    /// Sends a message repeatedly until the system accepts no more. Returns the number of complete copies.
    func flood(_ message: [UInt8], upTo limit: Int) throws -> Int {
        let flags = Int32(MSG_DONTWAIT)
        guard transport == .tcp else {
            // The number that a receive buffer of the usual size always holds.
            let count = min(limit, 250)
            for _ in 0..<count {
                let sent = withUnsafePointer(to: &peer) { pointer in
                    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                        sendto(socket, message, message.count, 0, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                    }
                }
                guard sent == message.count else { throw Failure(call: "sendto", number: errno) }
            }
            return count
        }
        let frame = [UInt8(message.count >> 8), UInt8(message.count & 0xFF)] + message
        let frames = Array((0..<limit).lazy.map { _ in frame }.joined())
        let sent = send(connection, frames, frames.count, flags)
        guard sent > 0 else { throw Failure(call: "send", number: errno) }
        return sent / frame.count
    }
}
