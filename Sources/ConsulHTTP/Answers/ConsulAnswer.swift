// SPDX-License-Identifier: Apache-2.0

/// An answer from Consul and its metadata.
public struct ConsulAnswer<Value: Sendable>: Sendable {
    /// The decoded answer.
    public var value: Value

    /// Metadata of the answer: its age, and the index to wait for the next one.
    public var metadata: QueryMetadata

    /// Creates an answer.
    package init(_ value: Value, metadata: QueryMetadata) {
        self.value = value
        self.metadata = metadata
    }
}

extension ConsulAnswer: Equatable where Value: Equatable {}

/// An undecoded answer, with one of the statuses that the request accepts as answers.
package struct RawAnswer: Sendable {
    /// The HTTP status.
    package var status: Int

    /// The metadata from the headers.
    package var metadata: QueryMetadata

    /// The whole body, decompressed.
    package var body: [UInt8]
}
