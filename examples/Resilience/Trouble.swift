// SPDX-License-Identifier: Apache-2.0

/// What happens to one of the servers.
enum Trouble: CaseIterable, CustomStringConvertible {
    case slow
    case failing
    case blackHole
    case restarted

    var description: String {
        switch self {
        case .slow: "One is slow: it answers after 400 ms, where the others take 5 ms"
        case .failing: "One fails fast: it answers with status 500 at once"
        case .blackHole: "One is a black hole: it takes connections and never answers"
        case .restarted: "One is restarted: gone without being deregistered, and back on the same port"
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
