// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

/// Starts a client, passes it to the body, and shuts it down however the body ends.
///
/// By default no query is retransmitted: on a slow machine an answer may take longer than a retransmission interval.
func withDNSClient<Output>(
    isolation: isolated (any Actor)? = #isolation,
    configure: (inout DNSClient.Configuration) -> Void = { _ in },
    _ body: (DNSClient) async throws -> Output
) async throws -> Output {
    var configuration = DNSClient.Configuration()
    configuration.retransmissionInterval = .seconds(3600)
    configure(&configuration)
    let client = try DNSClient(configuration: configuration)
    return try await use(client, in: body) { await $0.shutdown() }
}

extension DNSClient {
    /// Queries a server on this machine for a service, with a deadline that only a broken client reaches.
    func ask(
        _ name: DomainName = "web.service.consul",
        port: Int,
        over transport: Transport = .udp,
        edns: UInt16? = nil,
        timeout: Duration = .seconds(120)
    ) async throws -> DNSAnswer {
        try await query(.srv(name, edns: edns), server: .loopback(port), transport: transport, timeout: timeout)
    }

    /// Queries a server that answers with ``namedReply(to:)``, and expects the answer for this name.
    func expectAnswer(
        _ name: DomainName = "web.service.consul",
        port: Int,
        over transport: Transport = .udp,
        timeout: Duration = .seconds(120),
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        let answer = try await ask(name, port: port, over: transport, timeout: timeout)
        #expect(isNamed(answer.bytes, name), sourceLocation: sourceLocation)
    }

    /// Sends a query and returns its error.
    func failure(
        _ name: DomainName = "web.service.consul",
        port: Int,
        over transport: Transport = .udp,
        timeout: Duration = .seconds(120)
    ) async -> DNSClientError? {
        do {
            _ = try await ask(name, port: port, over: transport, timeout: timeout)
            return nil
        } catch {
            return error as? DNSClientError
        }
    }

    /// Queries many names at once and returns the results in the order of the names.
    func askAll(
        _ names: [DomainName],
        port: Int,
        over transport: Transport,
        timeout: Duration = .seconds(120)
    ) async -> [Result<DNSAnswer, any Error>] {
        await withTaskGroup(of: (Int, Result<DNSAnswer, any Error>).self) { group in
            for (index, name) in names.enumerated() {
                group.addTask {
                    do {
                        return (
                            index, .success(try await self.ask(name, port: port, over: transport, timeout: timeout))
                        )
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            return await group.reduce(into: Array(repeating: .failure(CancellationError()), count: names.count)) {
                $0[$1.0] = $1.1
            }
        }
    }
}

extension Result where Success == DNSAnswer {
    var bytes: [UInt8]? { try? get().bytes }
}

/// `s0.service.consul` and so on.
func serviceNames(_ count: Int) -> [DomainName] {
    (0..<count).map { DomainName(stringLiteral: "s\($0).service.consul") }
}

/// An answer without TXT records that identifies its name: the port is a hash of it.
func namedReply(to query: ScriptedQuery) -> DNSReply {
    DNSReply.service(to: query, instances: [.init("10.0.0.1", port: port(naming: query.name), node: "n1")])
}

func port(naming name: String) -> UInt16 {
    name.lowercased().utf8.reduce(7) { $0 &* 31 &+ UInt16($1) }
}

/// Returns true if an answer is the one of ``namedReply(to:)`` for this name.
func isNamed(_ bytes: [UInt8]?, _ name: DomainName) -> Bool {
    guard let bytes else { return false }
    let question = Question(name: name, type: .srv)
    let answer = try? ServiceAnswer(parsing: bytes, answering: question, domain: .consul)
    return answer?.instances.map(\.port) == [port(naming: name.description)]
}
