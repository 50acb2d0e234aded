// SPDX-License-Identifier: Apache-2.0

/// An answer from Consul and its metadata.
public struct ConsulAnswer<Value: Sendable>: Sendable {
    /// The decoded answer.
    public var value: Value

    /// Metadata of the answer: its age, and the index to wait for the next one.
    public var metadata: QueryMetadata

    /// Creates an answer.
    public init(_ value: Value, metadata: QueryMetadata) {
        self.value = value
        self.metadata = metadata
    }
}

extension ConsulAnswer: Equatable where Value: Equatable {}
