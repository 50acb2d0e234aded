// SPDX-License-Identifier: Apache-2.0

/// One subscriber's place at a channel, given up when it is let go.
final class WatchSubscription<Value: Sendable>: Sendable {
    let channel: WatchChannel<Value>

    /// Takes over a place that the channel has counted already.
    init(_ channel: WatchChannel<Value>) {
        self.channel = channel
    }

    deinit {
        channel.leave()
    }
}
