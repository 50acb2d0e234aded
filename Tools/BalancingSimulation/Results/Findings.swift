// SPDX-License-Identifier: Apache-2.0

/// The results of a scenario.
package struct Findings: Sendable {
    package var goals: [Goal] = []
    var tables: [Table] = []
    var charts: [Chart] = []
}
