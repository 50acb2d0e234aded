// SPDX-License-Identifier: Apache-2.0

/// The section of a message that contains a record (RFC 1035 section 4.1).
public enum MessageSection: Hashable, Sendable, CaseIterable {
    /// Records that answer the question.
    case answer

    /// Records about the authority for the name; in a negative answer, the zone's SOA (RFC 2308).
    case authority

    /// Records that save a further query, such as the addresses of SRV targets, and OPT.
    case additional
}
