// SPDX-License-Identifier: Apache-2.0

/// The part of a message that a record stands in (RFC 1035 section 4.1).
public enum MessageSection: Hashable, Sendable, CaseIterable {
    /// Records that answer the question.
    case answer

    /// Records about who has authority; in a negative answer, the zone's SOA (RFC 2308).
    case authority

    /// Records that save another question, such as the addresses of SRV targets, and OPT.
    case additional
}
