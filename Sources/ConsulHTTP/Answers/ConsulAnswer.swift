// SPDX-License-Identifier: Apache-2.0

/// What Consul answered, and what it said about the answer.
public struct ConsulAnswer<Value: Sendable>: Sendable {
    /// The answer itself.
    public var value: Value

    /// How old it may be, and how to wait for the next one.
    public var metadata: QueryMetadata

    /// An answer.
    public init(_ value: Value, metadata: QueryMetadata) {
        self.value = value
        self.metadata = metadata
    }
}

extension ConsulAnswer: Equatable where Value: Equatable {}
