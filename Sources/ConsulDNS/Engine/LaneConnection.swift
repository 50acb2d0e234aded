// SPDX-License-Identifier: Apache-2.0

#if DNS

import CAres
import NetworkAddress

/// A c-ares channel, which is one socket, and its ID in the scheduler.
///
/// Used with the engine's lock held. c-ares holds an unretained reference to it: the lane closes it before releasing it.
final class LaneConnection {
    let id: ConnectionID
    private(set) var channel: OpaquePointer
    /// True if a sent message waits for `ca_channel_flush`.
    var hasUnsent = false
    fileprivate unowned let lane: Lane

    /// Opens the channel; returns `nil` if the system is out of memory.
    init?(
        id: ConnectionID,
        lane: Lane,
        loop: OpaquePointer,
        configuration: EngineConfiguration,
        strayLimit: UInt32
    ) {
        self.id = id
        self.lane = lane
        let route = lane.route
        var options = ca_channel_options()
        options.port = route.server.port
        switch route.transport {
        case .udp:
            // 0.4, 0.8, 1.6, 3.2 and 6.4 s: then the scheduler sends the query anew, if a waiter is left.
            options.timeout_milliseconds = configuration.retransmissionMilliseconds
            options.tries = 5
        case .tcp:
            options.tcp = true
            // TCP retransmits by itself; a repeated query on the connection would only be answered twice.
            options.timeout_milliseconds = 30_000
            options.tries = 3
        }
        options.stray_limit = strayLimit
        options.completion = reportCompletion
        let created = route.server.address.withNetworkBytes { address in
            options.address = address.baseAddress
            options.address_length = address.count
            return ca_channel_create(loop, &options)
        }
        guard let created else { return nil }
        channel = created
        ca_channel_set_context(channel, Unmanaged.passUnretained(self).toOpaque())
    }

    func close() {
        ca_channel_destroy(channel)
    }
}

/// Reports the end of a query from inside c-ares. It only copies the bytes and stores the report.
private let reportCompletion: ca_completion = { context, attempt, status, systemError, bytes, length in
    guard let context else { return }
    let lane = Unmanaged<LaneConnection>.fromOpaque(context).takeUnretainedValue().lane
    let id = SlotID(rawValue: attempt)
    switch status {
    case CA_ANSWERED:
        lane.report(id, .answered([UInt8](UnsafeBufferPointer(start: bytes, count: length))))
    case CA_TIMED_OUT:
        lane.report(id, .timedOut)
    case CA_CONNECTION_FAILED:
        lane.report(id, .connectionFailed(systemError: systemError))
    case CA_MALFORMED:
        lane.report(id, .failed(.malformedAnswer))
    case CA_OUT_OF_MEMORY:
        lane.report(id, .failed(.outOfResources))
    case CA_CASE_CHANGED:
        lane.report(id, .caseChanged)
    case CA_DESTROYED:
        // Only a lane that closes a connection destroys its channel, and its scheduler has already decided about these
        // queries.
        break
    default:
        lane.report(id, .failed(.rejected))
    }
}

#endif
