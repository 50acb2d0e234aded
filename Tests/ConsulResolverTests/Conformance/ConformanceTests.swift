// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import Foundation
import Testing

@testable import ConsulResolver
@testable import ResolutionSources
@testable import ResolverSupport
@testable import TestSupport

@Suite(.serialized)
struct ConformanceTests {
    @Test(arguments: ConformanceRow.dns)
    func `A DNS query gets the answer of the row`(to row: ConformanceRow) async throws {
        let (agent, names, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version) else { return }
        let client = try DNSClient()
        let result: Result<DNSAnswer, any Error>
        do { result = .success(try await ask(row, names, agent, client)) } catch { result = .failure(error) }
        await client.shutdown()
        if row.expect.isSilent == true {
            #expect(throws: DNSClientError.self) { try result.get() }
        } else {
            try check(result.get(), against: row.expect)
        }
    }

    @Test(arguments: ConformanceRow.services)
    func `A service resolves to exactly the registered instances`(of row: ConformanceRow) async throws {
        let name = try #require(row.serviceName)
        let (agent, _, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version) else { return }
        let resolution = try await withResolver(ports: [agent.ports.dns]) { configuration in
            if row.expect.isSilent == true || row.expect.minimumSeconds != nil { configuration.beImpatient() }
            if let domain = row.agentConfiguration["alt_domain"] ?? row.agentConfiguration["domain"],
                let text = domain.string
            {
                configuration.dns.domain = (try? DomainName(text)) ?? .root
            }
        } _: {
            try await $0.dns.resolve(name.domainName, deadline: Deadline(in: $0.configuration.timeout))
        }
        let seen = resolution.endpoints.map { "\($0.authority) \($0.weight)" }.sorted()
        let expected = row.registeredEndpoints
        switch row.id {
        case "poison-long-node-udp", "poison-long-node-tcp", "noleader-service":
            #expect(resolution.failureCodes == [.timedOut, .timedOut])
        case "noservers-service":
            #expect(resolution.failureCodes == [.serverFailure])
        case "bogus-address-becomes-target":
            #expect(resolution.failureCodes == [.unusableTargets])
        case "trim-2000-tcp-no-tc":
            #expect(expected.count == 2000 && seen.count == 997 && Set(seen).isSubset(of: expected))
            #expect(!resolution.isComplete)
        case "trim-meta-false-tc":
            // TC means that records are missing, and the answer does not show that they were only TXT records.
            #expect(expected.count == 200 && seen == expected)
            #expect(!resolution.isComplete)
        default:
            #expect(seen == expected)
            #expect(resolution.isComplete)
            #expect(resolution.isEmpty == (row.expect.rcode == "NXDOMAIN"))
        }
    }

    @Test
    func `A name with a label of 64 bytes is never sent, since Consul answers FORMERR`() throws {
        let row = try #require(ConformanceRow.all.first { $0.id == "label-64-formerr" })
        let name = try #require(row.query.name)
        let tooLong = #expect(throws: DomainNameError.self) { try DomainName(name) }
        #expect(tooLong?.description.contains("63") == true)
        let service = String(name.prefix { $0 != "." })
        #expect(service.utf8.count == 64)
        let unusable = #expect(throws: ConsulNameError.self) { try ConsulName.service(service) }
        #expect(unusable?.code == .labelTooLong)
    }

    @Test(arguments: ConformanceRow.http)
    func `The HTTP API answers as in the row`(row: ConformanceRow) async throws {
        let (agent, _, version) = try await ConformanceStage.shared.set(row)
        guard row.applies(to: version) else { return }
        let reply = try await PlainHTTP.send(
            PlainHTTP.Request(method: "GET", path: try #require(row.query.path), headers: row.query.headers ?? [:]),
            to: .port(agent.ports.http)
        )
        if let status = row.expect.status { #expect(reply.status == status) }
        // An agent in development mode answers with white space, other agents without.
        if let body = row.expect.body {
            #expect(reply.body.filter { !$0.isWhitespace }.contains(body.filter { !$0.isWhitespace }))
        }
        guard row.expect.count != nil || row.expect.nodes != nil else { return }
        let entries = try JSONObject(parsing: "{\"entries\":\(reply.body)}")["entries"]?.array ?? []
        if let count = row.expect.count { #expect(entries.count == count) }
        if let nodes = row.expect.nodes {
            #expect(entries.compactMap { $0.object?["Node"]?.object?["Node"]?.string }.sorted() == nodes.sorted())
        }
    }

    // MARK: DNS

    private func ask(
        _ row: ConformanceRow,
        _ names: [String: String],
        _ agent: ConsulAgent,
        _ client: DNSClient
    ) async throws -> DNSAnswer {
        var name = try #require(row.query.name)
        for (variable, value) in names { name = name.replacingOccurrences(of: variable, with: value) }
        let type = try #require(row.query.type)
        let question = Question(
            name: try DomainName(name),
            type: try #require(type == "HTTPS" ? RecordType(rawValue: 65) : RecordType(mnemonic: type))
        )
        return try await client.query(
            DNSQuery(question, ednsPayloadSize: row.query.edns),
            server: Nameserver(address: .v4(.loopback), port: UInt16(agent.ports.dns)),
            transport: row.query.transport == "tcp" ? .tcp : .udp,
            // Where no answer is expected, a longer wait proves no more.
            timeout: row.expect.isSilent == true ? .seconds(1) : .seconds(max(row.query.timeout ?? 0, 10))
        )
    }

    private func check(_ answer: DNSAnswer, against expected: ConformanceRow.Expectation) throws {
        let message = try answer.message()
        let additional = message.additional.filter { $0.type != .opt }
        if let rcode = expected.rcode { #expect(message.responseCode.description == rcode) }
        if let tc = expected.tc { #expect(message.flags.contains(.truncated) == tc) }
        if let aa = expected.aa { #expect(message.flags.contains(.authoritative) == aa) }
        if let ra = expected.ra { #expect(message.flags.contains(.recursionAvailable) == ra) }
        if let ttl = expected.ttl { #expect(Set(message.answers.map(\.ttl)) == [ttl]) }
        if let records = expected.answer { #expect(texts(message.answers) == texts(records)) }
        if let records = expected.additional { #expect(texts(additional) == texts(records)) }
        if let count = expected.answerCount { #expect(message.answers.count == count) }
        if let count = expected.additionalCount { #expect(additional.count == count) }
        if let count = expected.authorityCount { #expect(message.authority.count == count) }
        if let types = expected.answerTypes { #expect(message.answers.map(\.type.description) == types) }
        if let size = expected.minimumSize { #expect(answer.bytes.count >= size) }
        if let size = expected.maximumSize { #expect(answer.bytes.count <= size) }
        if let seconds = expected.minimumSeconds { #expect(answer.elapsed >= .seconds(seconds)) }
        if let authority = expected.startOfAuthority {
            let record = try #require(message.authority.first { $0.type == .soa })
            guard case .soa(let data) = record.data else { return #expect(Bool(false), "\(record)") }
            #expect(record.name.description == authority.zone)
            #expect(record.ttl == authority.ttl)
            #expect(data.minimum == authority.minimum)
        }
    }

    private func texts(_ records: [ResourceRecord]) -> [String] {
        records.map { "\($0.name) \($0.type) \($0.data)" }.sorted()
    }

    private func texts(_ records: [[String]]) -> [String] {
        records.map { $0.joined(separator: " ") }.sorted()
    }
}
