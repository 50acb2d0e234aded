// SPDX-License-Identifier: Apache-2.0

/// What asking an instance itself has shown. There is no third: an endpoint of which nothing is known has no verdict.
public enum ProbeVerdict: String, Hashable, Sendable, CaseIterable {
    /// It answers as it should.
    case up
    /// It has failed to, several times in a row.
    case down
}
