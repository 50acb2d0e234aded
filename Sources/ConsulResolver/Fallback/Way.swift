// SPDX-License-Identifier: Apache-2.0

/// One of Consul's two interfaces.
enum Way: Hashable, Sendable, CaseIterable {
    case dns
    case http
}
