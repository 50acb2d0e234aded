// SPDX-License-Identifier: Apache-2.0

import ExampleServers

/// The faults of one of the servers.
enum Trouble: CaseIterable, CustomStringConvertible {
    case slow
    case failing
    case blackHole
    case restarted

    var description: String {
        switch self {
        case .slow: "One server is slow: it answers after 400 ms, the others after 5 ms"
        case .failing: "One server fails fast: it answers with status 500 at once"
        case .blackHole: "One server is a black hole: it accepts connections and never answers"
        case .restarted: "One server is restarted: it stops without being deregistered, and returns on the same port"
        }
    }

    func begin(on server: WebServer) async {
        switch self {
        case .slow: server.behave(.slow)
        case .failing: server.behave(.failing)
        case .blackHole: server.behave(.silent)
        case .restarted: await server.stop()
        }
    }

    func end(on server: WebServer) async throws {
        switch self {
        case .slow, .failing, .blackHole: server.behave(.well)
        case .restarted: try await server.start()
        }
    }
}
