// SPDX-License-Identifier: Apache-2.0

/// The result of probing an instance itself. There is no third case: an endpoint without enough probes has no verdict.
public enum ProbeVerdict: String, Hashable, Sendable, CaseIterable {
    /// The instance answers as it should.
    case up
    /// The instance has failed to answer, several times in a row.
    case down
}
