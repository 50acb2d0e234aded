// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// When endpoints that were there are believed to be gone.
    public struct Hold: Sendable {
        /// What comes of empty answers after there were endpoints. More policies may be added.
        public struct Policy: Hashable, Sendable, CustomStringConvertible {
            /// The policy's name.
            public let description: String

            /// An empty answer that Consul's HTTP API explains is believed at once; one that nobody explains, when it has
            /// lasted for ``Hold/empty``.
            public static let publishEmpty = Policy(description: "publishEmpty")

            /// No empty answer is ever believed over endpoints that were there: they are given on, marked as
            /// ``Resolution/isStale``, until there are others. For callers who would rather try an instance that Consul
            /// calls dead than none.
            public static let keepLastKnown = Policy(description: "keepLastKnown")
        }

        /// What comes of empty answers after there were endpoints. Default ``Policy/publishEmpty``.
        public var policy = Policy.publishEmpty

        /// For how long an empty answer without a reason is not believed over endpoints that were there before. Default
        /// 30 s, as HAProxy's users have learned. Reasons are known over HTTP: with
        /// ``ServiceResolver/Configuration/Strategy/dns``, this is how late a service is seen to be gone. A server without
        /// a leader is never believed, nor is DNS about a service that it has never shown. A denial is no empty answer.
        public var empty: Duration = .seconds(30)

        /// For how long an endpoint is kept that is missing from answers that may be incomplete. Default 30 s; three
        /// answers have to be without it, too. A complete answer takes it away at once.
        public var obsolete: Duration = .seconds(30)

        /// The defaults.
        public init() {}
    }
}
