// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration {
    /// The sources to query: DNS, Consul's HTTP API, or both.
    public enum Strategy: String, Hashable, Sendable, CaseIterable {
        /// DNS first, then the HTTP API for what DNS cannot tell: the reason for an empty answer, instances that an
        /// answer may be missing, a name or a condition that DNS cannot carry, and every request while DNS does not
        /// answer.
        case automatic
        /// Only DNS.
        case dns
        /// Only the HTTP API.
        case http
    }
}
