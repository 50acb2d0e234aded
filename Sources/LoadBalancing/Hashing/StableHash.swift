// SPDX-License-Identifier: Apache-2.0

/// Hashes that are the same in every process, on every machine and in every release: only if clients agree on these do
/// they agree on the endpoint of a key. `Hasher` is seeded anew in each process.
///
/// They are no defense against an attacker who chooses keys in order to overload one endpoint; no unkeyed hash is.
enum StableHash {
    /// Returns one word made of two: each bit of either changes about half of the bits of the result.
    ///
    /// For one right word, different left ones have different results: each step can be undone.
    ///
    /// This is the finalizer of SplitMix64 (S. Vigna after D. Stafford), once for each word. Where one key meets many
    /// others, it belongs on the right: its half of the work is then the same for all, and the compiler does it once.
    @inline(__always)
    static func mix(_ left: UInt64, _ right: UInt64) -> UInt64 {
        // Without the constant, two zeros would make a zero.
        finalized(left &+ finalized(right &+ 0x9E37_79B9_7F4A_7C15))
    }

    @inline(__always)
    private static func finalized(_ word: UInt64) -> UInt64 {
        var word = word
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}

extension StableHash {
    /// Returns XXH64 as its specification has it (Y. Collet), which the ring hashes of Envoy and gRPC use, too: other
    /// languages can compute the hash of a key with a common library.
    static func xxh64(_ bytes: Span<UInt8>, seed: UInt64 = 0) -> UInt64 {
        let input = bytes.bytes
        let striped = input.byteCount & ~31
        var hash = striped > 0 ? stripes(of: input, upTo: striped, seed: seed) : seed &+ prime5
        hash &+= UInt64(input.byteCount)
        addRest(of: input, from: striped, to: &hash)
        hash = (hash ^ (hash >> 33)) &* prime2
        hash = (hash ^ (hash >> 29)) &* prime3
        return hash ^ (hash >> 32)
    }

    /// Hashes four lanes of eight bytes each, and combines them at the end.
    private static func stripes(of input: RawSpan, upTo end: Int, seed: UInt64) -> UInt64 {
        var (first, second, third, fourth) = (seed &+ prime1 &+ prime2, seed &+ prime2, seed, seed &- prime1)
        for offset in stride(from: 0, to: end, by: 32) {
            first = round(first, input.littleEndian(at: offset))
            second = round(second, input.littleEndian(at: offset &+ 8))
            third = round(third, input.littleEndian(at: offset &+ 16))
            fourth = round(fourth, input.littleEndian(at: offset &+ 24))
        }
        var hash = rotated(first, 1) &+ rotated(second, 7) &+ rotated(third, 12) &+ rotated(fourth, 18)
        hash = (hash ^ round(0, first)) &* prime1 &+ prime4
        hash = (hash ^ round(0, second)) &* prime1 &+ prime4
        hash = (hash ^ round(0, third)) &* prime1 &+ prime4
        return (hash ^ round(0, fourth)) &* prime1 &+ prime4
    }

    /// Adds the last bytes, fewer than 32: by eight, then by four, then one by one.
    private static func addRest(of input: RawSpan, from start: Int, to hash: inout UInt64) {
        var offset = start
        while offset &+ 8 <= input.byteCount {
            hash = rotated(hash ^ round(0, input.littleEndian(at: offset)), 27) &* prime1 &+ prime4
            offset &+= 8
        }
        if offset &+ 4 <= input.byteCount {
            let half: UInt32 = input.littleEndian(at: offset)
            hash = rotated(hash ^ UInt64(half) &* prime1, 23) &* prime2 &+ prime3
            offset &+= 4
        }
        while offset < input.byteCount {
            let byte: UInt8 = input.littleEndian(at: offset)
            hash = rotated(hash ^ UInt64(byte) &* prime5, 11) &* prime1
            offset &+= 1
        }
    }

    private static func round(_ lane: UInt64, _ word: UInt64) -> UInt64 {
        rotated(lane &+ word &* prime2, 31) &* prime1
    }

    private static func rotated(_ word: UInt64, _ count: UInt64) -> UInt64 {
        word << count | word >> (64 &- count)
    }

    private static var prime1: UInt64 { 0x9E37_79B1_85EB_CA87 }
    private static var prime2: UInt64 { 0xC2B2_AE3D_27D4_EB4F }
    private static var prime3: UInt64 { 0x1656_67B1_9E37_79F9 }
    private static var prime4: UInt64 { 0x85EB_CA77_C2B2_AE63 }
    private static var prime5: UInt64 { 0x27D4_EB2F_1656_67C5 }
}

extension RawSpan {
    /// "Unsafe" means that the bytes might be no valid value; any bytes are a valid integer. Bounds are checked.
    fileprivate func littleEndian<Word: FixedWidthInteger & BitwiseCopyable>(at offset: Int) -> Word {
        Word(littleEndian: unsafeLoadUnaligned(fromByteOffset: offset, as: Word.self))
    }
}
