// SPDX-License-Identifier: Apache-2.0

public import NetworkAddress

/// The reason that an agent for tests could not be started.
public struct DevelopmentAgentError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Kinds of errors. More may be added.
    public struct Code: NamedValue {
        package let name: String

        /// There is no `consul` program at `CONSUL_BIN` or in `PATH`.
        public static let programNotFound = Code(name: "programNotFound")
        /// The agent ended, or was not ready in time.
        public static let didNotStart = Code(name: "didNotStart")
    }

    /// The kind of error.
    public var code: Code

    /// The event, the remedy, and the end of the agent's log.
    public var description: String

    init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }
}
