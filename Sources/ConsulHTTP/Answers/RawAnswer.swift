// SPDX-License-Identifier: Apache-2.0

/// An undecoded answer, with one of the statuses that the request accepts as answers.
package struct RawAnswer: Sendable {
    /// The HTTP status.
    package var status: Int

    /// The metadata from the headers.
    package var metadata: QueryMetadata

    /// The whole body, decompressed.
    package var body: [UInt8]
}
