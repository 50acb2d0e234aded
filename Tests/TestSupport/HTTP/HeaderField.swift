// SPDX-License-Identifier: Apache-2.0

/// One header field, its name in the case in which it is sent or was received.
public struct HeaderField: Sendable, Hashable {
    /// The name.
    public var name: String
    /// The value.
    public var value: String

    /// A field.
    public init(_ name: String, _ value: String) {
        self.name = name
        self.value = value
    }
}

extension [HeaderField] {
    /// The values of the fields of this name, whatever its case, in order.
    public subscript(name: String) -> [String] {
        filter { $0.name.lowercased() == name.lowercased() }.map(\.value)
    }
}
