// SPDX-License-Identifier: Apache-2.0

import NIOConcurrencyHelpers
import NIOCore

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Darwin)
internal import Darwin
#endif

/// The open channels of a server. Stopping the server closes them and waits until they are closed.
final class ChannelSet: Sendable {
    private let channels = NIOLockedValueBox<[ObjectIdentifier: any Channel]>([:])

    /// The number of open channels.
    var count: Int { channels.withLockedValue { $0.count } }

    /// Keeps the channel until it closes.
    func insert(_ channel: any Channel) {
        let key = ObjectIdentifier(channel)
        channels.withLockedValue { $0[key] = channel }
        channel.closeFuture.whenComplete { [channels] _ in
            channels.withLockedValue { $0[key] = nil }
        }
    }

    /// Closes all channels and waits until they are closed.
    func closeAll() async {
        await forEach { $0.close(promise: nil) }
    }

    /// Resets all channels and waits until they are closed.
    func resetAll() async {
        await forEach { $0.reset() }
    }

    private func forEach(_ end: (any Channel) -> Void) async {
        for channel in channels.withLockedValue({ Array($0.values) }) {
            end(channel)
            // The caller only needs the channel closed, whatever error it closed with.
            try? await channel.closeFuture.get()
        }
    }
}

extension Channel {
    /// Closes a TCP connection with a reset.
    func reset() {
        let lingerForNoTime = linger(l_onoff: 1, l_linger: 0)
        guard let socket = self as? any SocketOptionProvider else { return close(promise: nil) }
        socket.setSoLinger(lingerForNoTime).whenComplete { _ in self.close(promise: nil) }
    }
}
