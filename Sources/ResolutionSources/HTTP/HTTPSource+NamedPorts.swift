// SPDX-License-Identifier: Apache-2.0

package import ConsulHTTP
package import ResolutionModel
package import ResolverSupport

extension HTTPSource {
    /// Returns the outcome for entries of which no healthy one has a port of the requested name.
    ///
    /// Consul omits the field of named ports from an entry without any, and versions without named ports omit it from
    /// all entries. So if no entry has a named port, Consul's version decides.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    package func outcome(
        of entries: [ServiceEntry],
        without port: String,
        deadline: Deadline
    ) async throws -> Resolution.Outcome {
        if entries.contains(where: { !$0.service.ports.isEmpty }) { return .empty(.noSuchPort) }
        var words = "the agent does not report its version"
        do {
            if let version = try await client.agent(timeout: deadline.remaining).version {
                if HTTPSource.knowsNamedPorts(version) { return .empty(.noSuchPort) }
                words = "its version is \(version)"
            }
        } catch let error as ConsulHTTPError where error.code != .closed {
            words += ": \(error.message)"
        }
        let message = """
            no instance has a port named \(port), and this Consul may not support named ports, which came with 1.22: \
            \(words); leave the name of the port out, or update Consul
            """
        return .unknown(ResolutionFailure(attempts: [.init(code: .noNamedPorts, message: message)]))
    }

    /// Returns true if a version of Consul supports named ports.
    ///
    /// - Parameter version: A version such as `1.22.7` or `1.22.0-dev`.
    static func knowsNamedPorts(_ version: String) -> Bool {
        let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        guard numbers.count == 2 else { return false }
        return (numbers[0], numbers[1]) >= (1, 22)
    }
}
