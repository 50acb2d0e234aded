// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The state of a registration, for diagnostics.
public struct RegistrationStatus: Hashable, Sendable {
    /// Phases of a registration. More may be added.
    public struct Phase: NamedValue {
        package let name: String

        init(_ name: String) { self.name = name }

        /// The service is not registered yet, or the agent forgot it.
        public static let registering = Phase("registering")
        /// The agent has the service, as of the last answer.
        public static let registered = Phase("registered")
        /// Another process has registered a service with the same id. This one is registered again when that one is
        /// gone.
        public static let superseded = Phase("superseded")
        /// Shutdown has begun.
        public static let shuttingDown = Phase("shuttingDown")
        /// Shutdown has ended.
        public static let ended = Phase("ended")
    }

    /// The phase.
    public internal(set) var phase = Phase.registering

    /// The reason that the last request failed; `nil` if it succeeded.
    public internal(set) var problem: String?

    /// The names of other nodes that list an instance of the service with the same address and port, as of the last
    /// registration. Callers count it as a second instance.
    public internal(set) var duplicates: [String] = []
}
