// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// Where a pick is not to go while there is anybody else.
final class Exclusions: Sendable {
    private let targets: [HostPort]
    /// The same for a long list, since a pick may ask about every endpoint.
    private let index: Set<HostPort>?

    /// - Returns: `nil` for none.
    init?(_ targets: [HostPort]) {
        guard !targets.isEmpty else { return nil }
        self.targets = targets
        index = targets.count > 8 ? Set(targets) : nil
    }

    func contains(_ target: HostPort) -> Bool { index?.contains(target) ?? targets.contains(target) }
}
