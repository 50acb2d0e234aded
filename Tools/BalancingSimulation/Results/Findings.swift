// SPDX-License-Identifier: Apache-2.0

/// What a scenario has shown.
package struct Findings: Sendable {
    package var goals: [Goal] = []
    var tables: [Table] = []
    var charts: [Chart] = []
}
