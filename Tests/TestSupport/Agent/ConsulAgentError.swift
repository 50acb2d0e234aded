// SPDX-License-Identifier: Apache-2.0

/// The failure to start an agent or to carry out a command.
public enum ConsulAgentError: Error, CustomStringConvertible {
    /// The `consul` program was not found.
    case binaryNotFound(String)
    /// The program does not print its version.
    case versionUnknown(program: String)
    /// The agent ended, or was not ready in time.
    case didNotStart(reason: String, log: String)
    /// The HTTP API refused a request that should have worked.
    case refused(request: String, status: Int, body: String)
    /// The agent has been stopped.
    case notRunning

    /// A message that says what failed and what to do.
    public var description: String {
        switch self {
        case .binaryNotFound(let place): "no consul \(place): run scripts/setup, or set CONSUL_BIN"
        case .versionUnknown(let program): "'\(program) version' does not print a Consul version: set CONSUL_BIN"
        case .didNotStart(let reason, let log): "consul agent \(reason); last lines of its log:\n\(log)"
        case .refused(let request, let status, let body): "\(request) failed with status \(status): \(body)"
        case .notRunning: "the consul agent is not running"
        }
    }
}
