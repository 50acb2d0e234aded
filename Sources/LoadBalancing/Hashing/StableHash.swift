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
