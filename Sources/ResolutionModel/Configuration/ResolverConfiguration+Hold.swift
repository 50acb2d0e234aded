// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration {
    /// The conditions for accepting that known endpoints are gone.
    public struct Hold: Sendable {
        /// True if no empty answer is ever accepted over known endpoints: they are still returned, marked as
        /// ``Resolution/isStale``, until there are others. For callers that prefer an instance that Consul calls
        /// critical to no instance.
        ///
        /// With false, the default, an empty answer that Consul's HTTP API explains is accepted at once; an unexplained
        /// one, when it has lasted for ``emptyGracePeriod``.
        public var keepsLastKnown = false

        /// The time for which an unexplained empty answer is not accepted over known endpoints. Default 30 s, as
        /// experience with HAProxy suggests. Explanations come over HTTP: with
        /// ``ResolverConfiguration/Strategy/dns``, this is the delay with which a removed service is seen to be
        /// gone. The empty answer of a server without a leader is never accepted, nor is that of DNS about a service
        /// that DNS has never shown. A denial is not an empty answer.
        public var emptyGracePeriod: Duration = .seconds(30)

        /// The time for which an endpoint is kept that is missing from answers that may be incomplete. Default 30 s; it
        /// also has to be missing from three answers. A complete answer without it removes it at once.
        public var missingGracePeriod: Duration = .seconds(30)

        /// Creates the default settings.
        package init() {}
    }
}
