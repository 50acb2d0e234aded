// SPDX-License-Identifier: Apache-2.0

import DNSWire
import TestSupport
import Testing

@testable import ConsulDNS

/// Recorded DNS answers of agents of several versions, as the reader decodes them.
@Suite struct RecordedMessageTests {
    /// The expected response codes of answers without instances.
    private static let codes: [String: ResponseCode] = [
        "no such service": .nameError, "no such tag": .nameError, "unknown node": .nameError,
        "unknown datacenter": .nameError, "foreign name": .refused, "prepared query": .nameError,
        "named port": .nameError, "denied": .nameError,
    ]

    @Test(arguments: Recording.versions)
    func `Every recorded message is read with its response code`(version: String) throws {
        let recording = try Recording(version: version)
        var count = 0
        for answer in recording.dns {
            let bytes = try #require(answer.message, "\(answer.about)")
            let message = try Message(parsing: bytes)
            var expected = Self.codes[answer.about] ?? .noError
            if answer.about == "virtual", version == "1.8.7" { expected = .nameError }
            #expect(message.responseCode == expected, "\(version), \(answer.about)")
            if expected == .nameError {
                #expect(message.authority.map(\.type) == [.soa], "\(version), \(answer.about)")
            }
            count += 1
        }
        #expect(count == 44)
    }

    @Test(arguments: Recording.versions)
    func `Every recorded instance has its address, and encodes it in its target`(version: String) throws {
        let recording = try Recording(version: version)
        for answer in recording.dns where answer.type == "SRV" && answer.name.lowercased().contains("big.service") {
            guard Self.codes[answer.about] == nil else { continue }
            let question = Question(name: try DomainName(answer.name), type: .srv)
            let service = try ServiceAnswer(
                parsing: try #require(answer.message),
                answering: question,
                domain: .consul
            )
            let registered = Int(answer.about.prefix { $0.isNumber }) ?? 60
            #expect(!service.instances.isEmpty && service.instances.count <= registered)
            for instance in service.instances {
                #expect(instance.priority == 1 && instance.weight == 1)
                guard case .address(let address, _) = instance.target else {
                    Issue.record("\(version), \(answer.about): \(instance)")
                    continue
                }
                // The instances were registered as 10.0.0.101 with port 8100, and so on.
                #expect("\(address)" == "10.0.0.\(instance.port - 8100 + 101)")
            }
            #expect(Set(service.instances.map(\.port)).count == service.instances.count)
            #expect(service.flags.contains(.authoritative) && !service.flags.contains(.truncated))
            #expect(service.timeToLive == .zero)
            // Every node has metadata, so an answer without TXT records was trimmed. Some trimmed answers have all
            // instances.
            let transport: Transport = answer.transportUsed == .udp ? .udp : .tcp
            let completeness = service.completeness(over: transport, advertised: answer.edns)
            if service.instances.count < registered {
                #expect(completeness != .complete, "\(version), \(answer.about)")
            }
            if service.isUntrimmed { #expect(completeness == .complete, "\(version), \(answer.about)") }
        }
    }
}
