// SPDX-License-Identifier: Apache-2.0

/// The conversion between values of a type and the bytes that Consul stores.
///
/// Any encoder and decoder can be used. With Foundation's:
///
/// ```swift
/// extension ValueCoder where Value: Codable & Sendable {
///     static var json: ValueCoder {
///         ValueCoder(
///             encode: { Array(try JSONEncoder().encode($0)) },
///             decode: { try JSONDecoder().decode(Value.self, from: Data($0)) }
///         )
///     }
/// }
/// ```
///
/// This module has no such coder of its own, because Foundation would be loaded into every program that uses it.
public struct ValueCoder<Value>: Sendable {
    /// Returns the bytes of a value.
    package let encode: @Sendable (Value) throws -> [UInt8]

    /// Returns the value of bytes.
    package let decode: @Sendable ([UInt8]) throws -> Value

    /// Creates a conversion.
    public init(
        encode: @escaping @Sendable (Value) throws -> [UInt8],
        decode: @escaping @Sendable ([UInt8]) throws -> Value
    ) {
        (self.encode, self.decode) = (encode, decode)
    }
}

extension ValueCoder<[UInt8]> {
    /// The bytes themselves.
    public static var bytes: ValueCoder { ValueCoder(encode: { $0 }, decode: { $0 }) }
}

extension ValueCoder<String> {
    /// UTF-8 text. Other bytes throw ``CoordinationError/Code/corrupt``.
    public static var text: ValueCoder {
        ValueCoder(encode: { Array($0.utf8) }, decode: { try decodeText($0) })
    }
}

extension ValueCoder where Value: LosslessStringConvertible & FixedWidthInteger & Sendable {
    /// A whole number in decimal digits. Other text throws ``CoordinationError/Code/corrupt``.
    public static var number: ValueCoder {
        ValueCoder(
            encode: { Array($0.description.utf8) },
            decode: { bytes in
                guard let number = Value(try decodeText(bytes)) else {
                    throw CoordinationError(
                        .corrupt,
                        "the stored value is no whole number from \(Value.min) to \(Value.max)"
                    )
                }
                return number
            }
        )
    }
}

private func decodeText(_ bytes: [UInt8]) throws(CoordinationError) -> String {
    guard let text = String(validating: bytes, as: UTF8.self) else {
        throw CoordinationError(.corrupt, "the stored value is no UTF-8 text")
    }
    return text
}
