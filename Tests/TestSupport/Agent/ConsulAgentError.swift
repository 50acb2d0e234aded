// SPDX-License-Identifier: Apache-2.0

/// Why an agent could not be had, or would not do as it was told.
public enum ConsulAgentError: Error, CustomStringConvertible {
    /// There is no consul to run.
    case binaryNotFound(String)
    /// The program does not say which version it is.
    case versionUnknown(program: String)
    /// The agent ended, or did not become ready in time.
    case didNotStart(reason: String, log: String)
    /// The HTTP API refused a request that should have worked.
    case refused(request: String, status: Int, body: String)
    /// The agent has been stopped.
    case notRunning

    /// What to read, and what to do, when a test fails with this.
    public var description: String {
        switch self {
        case .binaryNotFound(let place): "no consul \(place): run scripts/setup, or set CONSUL_BIN"
        case .versionUnknown(let program): "\(program) version does not print a version of Consul"
        case .didNotStart(let reason, let log): "consul agent \(reason); the end of its log:\n\(log)"
        case .refused(let request, let status, let body): "\(request) was answered \(status): \(body)"
        case .notRunning: "the consul agent is not running"
        }
    }
}
