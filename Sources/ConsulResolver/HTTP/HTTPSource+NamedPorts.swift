// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

extension HTTPSource {
    /// What it means that no healthy instance has a port of the name that was asked for.
    ///
    /// Consul leaves named ports out of an entry that has none, as versions that know none do. So where no entry has any,
    /// the version decides.
    ///
    /// - Throws: `CancellationError`, and `ConsulHTTPError` when the client has been shut down.
    func outcome(
        of entries: [ServiceEntry],
        without port: String,
        deadline: Deadline
    ) async throws -> Resolution.Outcome {
        if entries.contains(where: { !$0.service.ports.isEmpty }) { return .empty(.noSuchPort) }
        var words = "the agent does not tell its version"
        do {
            if let version = try await client.agent(timeout: deadline.remaining).version {
                if HTTPSource.knowsNamedPorts(version) { return .empty(.noSuchPort) }
                words = "its version is \(version)"
            }
        } catch let error as ConsulHTTPError where error.code != .closed {
            words += ": \(error.message)"
        }
        let message = """
            no instance has a port named \(port), and this Consul may know no named ports, which came with 1.22: \(words); \
            leave the name of the port out, or update Consul
            """
        return .unknown(ResolutionFailure(attempts: [.init(code: .noNamedPorts, message: message)]))
    }

    /// - Parameter version: Such as `1.22.7` or `1.22.0-dev`.
    static func knowsNamedPorts(_ version: String) -> Bool {
        let numbers = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        guard numbers.count == 2 else { return false }
        return (numbers[0], numbers[1]) >= (1, 22)
    }
}
