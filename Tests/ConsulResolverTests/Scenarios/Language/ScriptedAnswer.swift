// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// An answer that a scenario sets for a server.
protocol ScriptedAnswer: Sendable {
    /// Returns the same answer, sent when the gate is opened.
    func held(by gate: Gate) -> Self
}
