// SPDX-License-Identifier: Apache-2.0

/// What a snapshot may hold, far above what any process has asked for. Written and read by the same limits: what cannot
/// be read back is not written.
enum SnapshotLimits {
    /// Of the whole file.
    static let bytes = 64 << 20
    static let entries = 65_536
    /// Of all entries together. An endpoint takes several times as much memory as its fifteen bytes in the file.
    static let endpoints = 1_000_000
}
