// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP

/// A session as Consul knows it. It is the identity under which keys are held.
public struct Session: Hashable, Sendable, Identifiable {
    /// The id of the session, a UUID.
    public var id = ""

    /// The name for people.
    public var name = ""

    /// The node that the session belongs to.
    public var node = ""

    /// The time without a renewal after which Consul may end the session; `nil` if it does not end by itself.
    public var timeToLive: Duration?

    /// The time after the end of the session in which its keys cannot be acquired.
    public var lockDelay = Duration.zero

    /// The treatment of the session's keys when it ends.
    public var behavior = SessionOptions.Behavior.release

    /// The ids of the node's checks that end the session.
    public var nodeChecks: [String] = []

    /// The ids of the service checks that end the session.
    public var serviceChecks: [String] = []

    /// True if a health check may end the session.
    var hasChecks: Bool { !nodeChecks.isEmpty || !serviceChecks.isEmpty }
}

extension Session: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            case "Name": name = try reader.read(in: bytes)
            case "Node": node = try reader.read(in: bytes)
            case "TTL": timeToLive = try reader.readNonEmpty(in: bytes).flatMap { Duration(goText: $0) }
            // Sent as text, and answered as a number of nanoseconds.
            case "LockDelay": lockDelay = .nanoseconds(Int64(clamping: try reader.read(UInt64.self, in: bytes)))
            case "Behavior": behavior = SessionOptions.Behavior(try reader.read(in: bytes))
            case "NodeChecks": nodeChecks = try reader.read(in: bytes)
            case "ServiceChecks":
                serviceChecks = try reader.readArray(in: bytes) { reader throws(JSONError) in
                    try Self.readServiceCheck(&reader, in: bytes)
                }
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private static func readServiceCheck(
        _ reader: inout JSONReader,
        in bytes: Span<UInt8>
    ) throws(JSONError) -> String {
        var id = ""
        guard try reader.beginObject(in: bytes) else { return id }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "ID": id = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
        return id
    }
}
