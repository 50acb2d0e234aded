// SPDX-License-Identifier: Apache-2.0

public import ResolutionModel
import TestBasics

/// Services with answers that a test writes, and changes while lookups and watches run.
///
/// ```swift
/// let services = ScriptedServices()
/// try services.answer("web", with: .endpoints("10.0.0.1:8080", "10.0.0.2:8080"), then: .unknown())
/// let resolver = try ServiceResolver(scriptedBy: services)
/// ```
///
/// Every request has answers of its own. A query for it receives the first one, which is then replaced by the next; the
/// last one stays. Watches (`ConsulService.UpdateMode.watch`) receive the first answer at once, and each later one when a query or the
/// test has made it the first.
///
/// A request with a tag, a datacenter or another condition is another request than the one with the name alone. For a
/// request with alternatives, the script is queried with one request for each of its targets.
///
/// Several resolvers may share a script. Its methods may be called from any task or thread.
public final class ScriptedServices: Sendable {
    private struct Script: Sendable {
        /// The answer to the next query, and those after it. Never empty.
        var answers: [ScriptedAnswer]
        /// Grows with each change of the first answer.
        var index: UInt64
    }

    private struct State: Sendable {
        var scripts: [ServiceRequest: Script] = [:]
        var queries: [ServiceRequest] = []
    }

    private let state = WatchedValue(State())
    private let otherwise: @Sendable (ServiceRequest) -> ScriptedAnswer

    /// Creates a script without answers.
    ///
    /// - Parameter otherwise: Returns the answer to a request that has no answers of its own. By default, such a service is
    ///   not registered: `empty(.noSuchService)`.
    public init(otherwise: @escaping @Sendable (ServiceRequest) -> ScriptedAnswer = { _ in .empty(.noSuchService) }) {
        self.otherwise = otherwise
    }

    /// Replaces the answers to a request, from now on.
    ///
    /// - Parameters:
    ///   - request: The request. A string literal is a service's name.
    ///   - answer: The answer to the next query.
    ///   - later: The answers to the queries after that; the last one is repeated.
    public func answer(_ request: ServiceRequest, with answer: ScriptedAnswer, then later: ScriptedAnswer...) {
        state.update { state in
            let index = state.scripts[request]?.index ?? 0
            state.scripts[request] = Script(answers: [answer] + later, index: index + 1)
        }
    }

    /// The requests that have been queried so far, in order: lookups that the cache could not answer, and polls. Watches
    /// are none of them.
    public var queries: [ServiceRequest] { state.current.queries }

    /// Returns the answer to a query, and replaces it by the next one.
    func query(_ request: ServiceRequest) -> ScriptedAnswer {
        let scripted = state.update { state -> ScriptedAnswer? in
            state.queries.append(request)
            guard var script = state.scripts[request], let answer = script.answers.first else { return nil }
            if script.answers.count > 1 {
                script.answers.removeFirst()
                script.index += 1
                state.scripts[request] = script
            }
            return answer
        }
        return scripted ?? otherwise(request)
    }

    /// Waits until the first answer to a request has another index than this one, and returns it.
    ///
    /// - Throws: `CancellationError`.
    func answer(to request: ServiceRequest, after index: UInt64?) async throws -> (ScriptedAnswer, UInt64) {
        let state = try await state.wait { ($0.scripts[request]?.index ?? 0) != index }
        guard let script = state.scripts[request], let answer = script.answers.first else {
            return (otherwise(request), 0)
        }
        return (answer, script.index)
    }
}
