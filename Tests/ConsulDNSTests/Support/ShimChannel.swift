// SPDX-License-Identifier: Apache-2.0

import CAres
import DNSWire

@testable import ConsulDNS

/// A channel of the shim with a loop of its own. The test runs the loop round by round.
final class ShimChannel {
    private let loop: OpaquePointer
    private let channel: OpaquePointer
    /// The calls of the completion, in order.
    fileprivate(set) var ended: [ca_status] = []

    init(port: Int, over transport: Transport, strayLimit: UInt32 = 0) throws {
        guard let loop = ca_loop_create() else { throw DNSClientError(.outOfResources) }
        let address: [UInt8] = [127, 0, 0, 1]
        let channel = address.withUnsafeBufferPointer { address in
            var options = ca_channel_options()
            options.address = address.baseAddress
            options.address_length = address.count
            options.port = UInt16(port)
            options.tcp = transport == .tcp
            options.timeout_milliseconds = 3_600_000
            options.tries = 3
            options.stray_limit = strayLimit
            options.completion = { context, _, status, _, _, _ in
                guard let context else { return }
                Unmanaged<ShimChannel>.fromOpaque(context).takeUnretainedValue().ended.append(status)
            }
            return ca_channel_create(loop, &options)
        }
        guard let channel else {
            ca_loop_destroy(loop)
            throw DNSClientError(.outOfResources)
        }
        self.loop = loop
        self.channel = channel
        ca_channel_set_context(channel, Unmanaged.passUnretained(self).toOpaque())
    }

    deinit {
        ca_channel_destroy(channel)
        ca_loop_destroy(loop)
    }

    var strays: UInt64 { ca_channel_strays(channel) }

    func send(_ name: DomainName) {
        var message = DNSQuery.srv(name).message
        message.withUnsafeMutableBufferPointer { bytes in
            if let base = bytes.baseAddress { ca_channel_send(channel, 1, base, bytes.count, false) }
        }
        ca_channel_flush(channel)
    }

    /// Runs one round. Returns the number of events: 0 if there was none for some seconds.
    @discardableResult
    func run() -> Int {
        defer { ca_loop_serve(loop) }
        return Int(ca_loop_wait(loop, 5000))
    }
}
