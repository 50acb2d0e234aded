// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSources

struct ServiceVerdictTests {
    private func verdict(
        over transport: ConsulDNS.DNSTransport = .tcp,
        domain: String = "consul",
        _ change: (inout DNSReply) -> Void
    ) throws -> ServiceVerdict {
        let name = "web.service.\(domain)."
        let question = Question(name: try DomainName(name), type: .srv)
        let reply = DNSReply(name: DNSName(name), type: DNSType.srv).with(change)
        let zone = try DomainName(domain)
        let answer = try ServiceAnswer(parsing: reply.bytes, answering: question, domain: zone)
        return ServiceVerdict(answer, over: transport, advertised: transport == .udp ? 1232 : nil, domain: zone)
    }

    private func authority(of zone: DNSName, ttl: UInt32, minimum: UInt32) -> [DNSRecord] {
        let data = DNSRecord.Content.soa(
            "ns.consul.",
            "hostmaster.consul.",
            serial: 1,
            refresh: 2,
            retry: 3,
            expire: 4,
            minimum: minimum
        )
        return [DNSRecord(zone, ttl: ttl, data)]
    }

    @Test(
        arguments: [DNSReplyCode.nameError, .noError]
    )
    func `A negative answer makes a service empty, for the lesser of the SOA's two times`(code: DNSReplyCode) throws {
        let verdict = try verdict {
            $0.code = code
            $0.authority = authority(of: "consul.", ttl: 9, minimum: 5)
        }
        guard case .empty(let timeToLive) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(timeToLive == .seconds(5))
    }

    @Test
    func `A negative answer is believed from Consul's zone without AA, and with AA from another zone`() throws {
        let forwarded = try verdict {
            $0.code = .nameError
            $0.isAuthoritative = false
            $0.authority = authority(of: "CONSUL.", ttl: 0, minimum: 0)
        }
        // Consul 1.8 names its first domain in an answer about its second.
        let alternative = try verdict(domain: "alt.example") {
            $0.code = .nameError
            $0.authority = authority(of: "consul.", ttl: 0, minimum: 0)
        }
        for verdict in [forwarded, alternative] {
            guard case .empty = verdict else { return #expect(Bool(false), "\(verdict)") }
        }
    }

    @Test(arguments: [true, false])
    func `A negative answer of another zone is not believed`(isRoot: Bool) throws {
        let verdict = try verdict {
            $0.code = .nameError
            $0.isAuthoritative = isRoot
            $0.authority = authority(of: isRoot ? "." : "example.com.", ttl: 86_400, minimum: 86_400)
        }
        guard case .failure(.notAuthoritative, let message) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(message.contains("NXDOMAIN") && message.contains("consul."))
    }

    @Test(
        arguments: [true, false],
        ["com.", "example.com.", "."] as [DNSName]
    )
    func `A negative answer of a zone above Consul's is not believed, with or without AA`(
        isAuthoritative: Bool,
        zone: DNSName
    ) throws {
        let verdict = try verdict(domain: "consul.example.com") {
            $0.code = .nameError
            $0.isAuthoritative = isAuthoritative
            $0.authority = authority(of: zone, ttl: 900, minimum: 900)
        }
        guard case .failure(.notAuthoritative, _) = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    @Test func `A negative answer of a zone within Consul's is believed, as in split zones`() throws {
        let verdict = try verdict {
            $0.code = .nameError
            $0.isAuthoritative = false
            $0.authority = authority(of: "dc1.consul.", ttl: 0, minimum: 0)
        }
        guard case .empty = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    @Test
    func `Records of another name with AA set are a failure, not an absence`() throws {
        let verdict = try verdict {
            let data = DNSRecord.Content.srv(priority: 1, weight: 1, port: 1, target: "0a000001.addr.dc1.consul.")
            $0.answers = [DNSRecord("web.service.dc1.consul.", data)]
        }
        guard case .failure(.unrelatedRecords, let message) = verdict else { return #expect(Bool(false), "\(verdict)") }
        #expect(message.contains("none for the queried name"))
    }

    @Test
    func `An alias to an absent name is an absence (RFC 2308 section 2.2), and an alias alone is a failure`() throws {
        for isKnown in [true, false] {
            let verdict = try verdict {
                $0.answers = [DNSRecord("web.service.consul.", .cname("web.service.dc1.consul."))]
                if isKnown { $0.authority = authority(of: "consul.", ttl: 0, minimum: 0) }
            }
            switch verdict {
            case .empty: #expect(isKnown)
            case .failure(.unrelatedRecords, _): #expect(!isKnown)
            default: #expect(Bool(false), "\(verdict)")
            }
        }
    }

    @Test(arguments: [ConsulDNS.DNSTransport.udp, .tcp])
    func `An empty answer that may be trimmed leaves the verdict open`(transport: ConsulDNS.DNSTransport) throws {
        let verdict = try verdict(over: transport) { $0.isTruncated = true }
        guard case .trimmedToNothing = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    @Test(
        arguments: [
            (DNSReplyCode.serverFailure, ResolutionFailure.Code.serverFailure), (.refused, .refused),
            (.formatError, .unexpectedResponseCode), (.notImplemented, .unexpectedResponseCode),
        ]
    )
    func `A response with any other code is no verdict about the service`(
        code: DNSReplyCode,
        expected: ResolutionFailure.Code
    ) throws {
        let verdict = try verdict {
            $0.code = code
            $0.authority = authority(of: "consul.", ttl: 0, minimum: 0)
        }
        guard case .failure(expected, _) = verdict else { return #expect(Bool(false), "\(verdict)") }
    }

    @Test func `A root target leaves the other instances of an answer in place`() throws {
        let verdict = try verdict { reply in
            for target in [".", "0a000001.addr.dc1.consul."] as [DNSName] {
                let data = DNSRecord.Content.srv(priority: 1, weight: 1, port: 1, target: target)
                reply.answers.append(DNSRecord("web.service.consul.", data))
            }
        }
        guard case .instances(let instances, .unconfirmed, _) = verdict else {
            return #expect(Bool(false), "\(verdict)")
        }
        #expect(instances.count == 2)
    }
}
