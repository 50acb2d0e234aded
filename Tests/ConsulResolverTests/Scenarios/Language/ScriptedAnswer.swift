// SPDX-License-Identifier: Apache-2.0

import TestSupport

/// An answer that a scenario has a server give.
protocol ScriptedAnswer: Sendable {
    /// The same answer, given when the gate is opened.
    func held(by gate: Gate) -> Self
}
