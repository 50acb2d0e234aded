// SPDX-License-Identifier: Apache-2.0

/// Folds A to Z to lower case and returns every other byte unchanged: the only case rule of DNS (RFC 4343 section 3).
///
/// Length bytes of labels are at most 63, below `A`, so whole wire names can be folded without locating their labels.
@inlinable
package func lowercasedASCII(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}
