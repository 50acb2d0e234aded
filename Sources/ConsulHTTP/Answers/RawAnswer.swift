// SPDX-License-Identifier: Apache-2.0

/// An answer as it came: of one of the statuses that the request calls answers.
package struct RawAnswer: Sendable {
    /// The HTTP status.
    package var status: Int

    /// What the headers say.
    package var metadata: QueryMetadata

    /// The whole body, decompressed.
    package var body: [UInt8]
}
