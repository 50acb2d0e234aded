// SPDX-License-Identifier: Apache-2.0

import NetworkAddress

/// Endpoints that a pick avoids while there are others.
final class Exclusions: Sendable {
    private let targets: [HostPort]
    /// The same for a long list, since a pick may check every endpoint.
    private let index: Set<HostPort>?

    /// - Returns: `nil` if there are no targets.
    init?(_ targets: [HostPort]) {
        guard !targets.isEmpty else { return nil }
        self.targets = targets
        index = targets.count > 8 ? Set(targets) : nil
    }

    func contains(_ target: HostPort) -> Bool { index?.contains(target) ?? targets.contains(target) }
}
