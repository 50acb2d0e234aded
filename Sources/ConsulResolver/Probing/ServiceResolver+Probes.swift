// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// Asking the endpoints of a followed service whether they are there.
    ///
    /// While Consul can be asked, its own checks say who is healthy. When it cannot, the endpoints last known grow old,
    /// and nobody takes out those that have died since: probes do. Endpoints that fail are left out, unless all of them
    /// do: then the fault is more likely on this side, and all are kept.
    ///
    /// Every iteration of ``ConsulService/updates`` probes for itself: an instance is asked (iterations / ``interval``)
    /// times a second. An endpoint without a port is never asked.
    public struct Probes: Sendable {
        /// When endpoints are probed. More may be added.
        public struct Mode: Hashable, Sendable, CustomStringConvertible {
            /// The mode's name.
            public let description: String

            /// While Consul cannot be asked, and what is known is getting old.
            public static let whenSourceIsDown = Mode(description: "whenSourceIsDown")
            /// All the time, which finds out earlier than Consul's checks, and about the way from here.
            public static let always = Mode(description: "always")
        }

        /// When endpoints are probed. Default ``Mode/whenSourceIsDown``.
        public var mode: Mode = .whenSourceIsDown

        /// What an endpoint has to do to pass. Default ``Check/tcp``.
        public var check: Check = .tcp

        /// The time from one probe of an endpoint to its next, give or take a tenth. Default 5 s, at least 100 ms, at
        /// most a day; longer when there are more endpoints than ``maximumConcurrent`` allows to probe in it.
        public var interval: Duration = .seconds(5)

        /// How long a probe may take, from looking up the name to the status. Default 1 s, at least 1 ms, at most
        /// ``interval``.
        public var timeout: Duration = .seconds(1)

        /// How many probes in a row have to pass before an endpoint that was down is up again. Default 2, at least 1.
        public var rise = 2

        /// How many probes in a row have to fail before an endpoint is down. Default 3, at least 1.
        public var fall = 3

        /// How many probes are under way at a time, for one iteration. Default 16, at least 1.
        public var maximumConcurrent = 16

        /// The defaults.
        ///
        /// Figures outside of their bounds are brought within them when the resolver is made; a check that makes no
        /// sense is refused with ``ConfigurationError``.
        public init(check: Check = .tcp) {
            self.check = check
        }
    }
}
