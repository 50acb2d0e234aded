// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// Which of Consul's interfaces are asked.
    public enum Strategy: String, Hashable, Sendable, CaseIterable {
        /// DNS first, the HTTP API for what DNS cannot know: why a service is empty, what an answer may be missing, a
        /// name or a condition that DNS cannot carry, and everything when DNS is silent.
        case automatic
        /// DNS alone.
        case dns
        /// The HTTP API alone.
        case http
    }
}
