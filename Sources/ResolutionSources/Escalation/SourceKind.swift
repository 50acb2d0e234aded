// SPDX-License-Identifier: Apache-2.0

/// A source of answers: Consul's DNS interface or its HTTP API.
package enum SourceKind: Hashable, Sendable, CaseIterable {
    case dns
    case http
}
