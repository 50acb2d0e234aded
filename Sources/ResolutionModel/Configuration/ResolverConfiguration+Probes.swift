// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

extension ResolverConfiguration {
    /// Settings of probes, which check if the endpoints of a followed service accept connections.
    ///
    /// While Consul is available, its own checks decide which instances are healthy. While it is not, the last known
    /// endpoints age, and probes remove those that have died since. Endpoints that fail their probes are left out. If
    /// all of them fail, the fault is more likely on this side, and all are kept.
    ///
    /// Each iteration of `ConsulService.updates` has its own probes: an instance is probed (iterations /
    /// ``interval``) times a second. An endpoint without a port is not probed.
    public struct Probes: Sendable {
        /// The condition under which endpoints are probed. More modes may be added.
        public struct Mode: NamedValue {
            package let name: String

            /// Probes run while Consul is unavailable and the known endpoints age.
            public static let whenSourceIsDown = Mode(name: "whenSourceIsDown")
            /// Probes always run. They detect failures earlier than Consul's checks, and failures of the network
            /// between this process and the endpoint.
            public static let always = Mode(name: "always")
        }

        /// The condition under which endpoints are probed. Default ``Mode/whenSourceIsDown``.
        public var mode: Mode = .whenSourceIsDown

        /// The check that an endpoint has to pass. Default ``Check/tcp``.
        public var check: Check = .tcp

        /// The time from one probe of an endpoint to its next, plus or minus a tenth. Default 5 s, at least 100 ms, at
        /// most a day. It is longer if there are more endpoints than can be probed within it, 16 at a time.
        public var interval: Duration = .seconds(5)

        /// The longest duration of a probe, from the lookup of the name to the status. Default 1 s, at least 1 ms, at
        /// most ``interval``.
        public var timeout: Duration = .seconds(1)

        /// The number of probes in a row that must pass before an endpoint that was down is up again. Default 2, at
        /// least 1.
        public var rise = 2

        /// The number of probes in a row that must fail before an endpoint is down. Default 3, at least 1.
        public var fall = 3

        /// The maximum number of probes in progress at a time, for one iteration. Default 16, at least 1.
        package var maximumConcurrent = 16

        /// Creates the default settings with a check.
        ///
        /// Values outside of their bounds are clamped when the resolver is created. An invalid check is refused with
        /// ``/ConsulHTTP/ConfigurationError``.
        public init(check: Check = .tcp) {
            self.check = check
        }
    }
}
