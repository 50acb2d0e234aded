// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// The position of a node in Consul's network coordinates (Vivaldi, as Serf computes it), from which round-trip times
/// are estimated without measuring them.
package struct NodeCoordinate: Hashable, Sendable {
    /// The name of the node.
    package var node = ""
    /// The network segment (Consul Enterprise). Coordinates of different segments cannot be compared.
    package var segment = ""
    /// The position, in seconds.
    package var vector: [Double] = []
    /// The distance from the node to the network, in seconds.
    package var height = 0.0
    /// A correction, in seconds.
    package var adjustment = 0.0

    /// Creates an empty coordinate.
    package init() {}

    /// Returns the estimated round-trip time; `nil` if the coordinates cannot be compared.
    ///
    /// The formula is Serf's: the distance of the positions plus both heights, and both adjustments unless the result
    /// would not be positive.
    package func roundTripTime(to other: NodeCoordinate) -> Duration? {
        guard segment == other.segment, vector.count == other.vector.count, !vector.isEmpty else { return nil }
        let squares = zip(vector, other.vector).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        let distance = squares.squareRoot() + height + other.height
        let adjusted = distance + adjustment + other.adjustment
        let seconds = adjusted > 0 ? adjusted : distance
        // No round trip takes an hour, and an impossible number must not trap in the conversion.
        guard seconds.isFinite, seconds >= 0, seconds < 3600 else { return nil }
        return .seconds(seconds)
    }
}

extension NodeCoordinate: JSONReadable {
    package init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        self.init()
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Node": node = try reader.read(in: bytes)
            case "Segment": segment = try reader.read(in: bytes)
            case "Coord": try readPosition(&reader, in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }

    private mutating func readPosition(_ reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
        guard try reader.beginObject(in: bytes) else { return }
        while let key = try reader.nextKey(in: bytes) {
            switch key {
            case "Vec": vector = try reader.read(in: bytes)
            case "Height": height = try reader.read(in: bytes)
            case "Adjustment": adjustment = try reader.read(in: bytes)
            default: try reader.skipValue(in: bytes)
            }
        }
    }
}

extension ConsulHTTPClient {
    /// Returns the coordinates of the nodes of a datacenter. Nodes without an agent have no coordinates.
    ///
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    package func coordinates(
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> ConsulAnswer<[NodeCoordinate]> {
        try await read(ReadRequest(RequestPath("/v1/coordinate/nodes"), options: options), timeout: timeout) { body in
            try JSONReader.decode([NodeCoordinate].self, from: body.span)
        }
    }

    /// Returns the estimated round-trip time between two nodes of a datacenter.
    ///
    /// The estimate comes from Consul's network coordinates, which agents update about every 15 seconds, and later on a
    /// large cluster. The two nodes exchange no message for it.
    ///
    /// - Parameters:
    ///   - first: The name of a node.
    ///   - second: The name of another node.
    ///   - options: The options of the read, such as the datacenter.
    ///   - timeout: The time limit; ``/ConsulHTTP/ConsulHTTPConfiguration/requestTimeout`` by default.
    /// - Returns: The estimate; `nil` if a node has no coordinate, or if theirs cannot be compared.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func roundTripTime(
        from first: String,
        to second: String,
        options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> Duration? {
        let all = try await coordinates(options: options, timeout: timeout).value
        // A node has a coordinate for each segment that it belongs to.
        for from in all where from.node == first {
            for to in all where to.node == second {
                if let time = from.roundTripTime(to: to) { return time }
            }
        }
        return nil
    }
}
