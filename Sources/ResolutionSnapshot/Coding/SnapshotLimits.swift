// SPDX-License-Identifier: Apache-2.0

/// The limits of a snapshot, far above the needs of any process. Encoder and decoder apply the same limits, so that
/// every snapshot that is written can be read.
enum SnapshotLimits {
    /// The size of the whole file.
    static let bytes = 64 << 20
    static let entries = 65_536
    /// The endpoints of all entries together. An endpoint takes several times as much memory as its 15 bytes in the
    /// file.
    static let endpoints = 1_000_000
}
