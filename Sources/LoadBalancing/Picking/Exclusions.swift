// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// Where a pick is not to go while there is anybody else.
final class Exclusions: Sendable {
    private let targets: [HostPort]

    /// - Returns: `nil` for none.
    init?(_ targets: [HostPort]) {
        guard !targets.isEmpty else { return nil }
        self.targets = targets
    }

    func contains(_ target: HostPort) -> Bool { targets.contains(target) }
}
