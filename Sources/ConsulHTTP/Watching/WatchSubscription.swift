// SPDX-License-Identifier: Apache-2.0

/// One subscriber's place in a channel, which ends at deinitialization.
final class WatchSubscription<Value: Sendable>: Sendable {
    let channel: WatchChannel<Value>

    /// Takes over a subscriber that the channel has counted already.
    init(_ channel: WatchChannel<Value>) {
        self.channel = channel
    }

    deinit {
        channel.leave()
    }
}
