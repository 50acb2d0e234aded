// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct DNSEndpointBuilderTests {
    private let four = IPAddress("10.0.0.1")
    private let other = IPAddress("10.0.0.2")
    private let six = IPAddress("2001:db8::1")
    private let node: DomainName
    private let service: DomainName

    init() throws {
        node = try DomainName("n1.node.dc1.consul")
        service = try DomainName("web.service.dc1.consul")
    }

    private func instance(_ target: ServiceInstance.Target, port: UInt16 = 80, weight: UInt16 = 1) -> ServiceInstance {
        ServiceInstance(priority: 1, weight: weight, port: port, target: target)
    }

    @Test func `The instance sorter looks up no name that the answer explains`() throws {
        let address = try #require(four)
        let sorter = DNSEndpointBuilder([
            instance(.address(address, node: "n1")), instance(.host(.name("db.example.com"))), instance(.invalid(node)),
            instance(.unavailable), instance(.node("n2", addresses: [address], name: node)),
        ])
        #expect(sorter.namesToAsk.isEmpty && sorter.aliases.isEmpty)
    }

    @Test func `The instance sorter looks up each unexplained name once`() throws {
        let shouting = try DomainName("N1.node.dc1.consul")
        let sorter = DNSEndpointBuilder([
            instance(.node("n1", addresses: [], name: node)), instance(.node("N1", addresses: [], name: shouting)),
            instance(.consulName(service, addresses: [])), instance(.consulName(service, addresses: [])),
        ])
        #expect(sorter.namesToAsk == [node])
        #expect(sorter.aliases == [service])
    }

    @Test func `The instance sorter prefers the IPv6 address of a node, as Consul does`() throws {
        let (four, six) = (try #require(four), try #require(six))
        let inAnswer = DNSEndpointBuilder([instance(.node("n1", addresses: [four, six], name: node))]).finish()
        let found = DNSEndpointBuilder([instance(.node("n1", addresses: [], name: node))]).finish(with: [
            node: [four, six]
        ])
        for result in [inAnswer, found] {
            #expect(result.endpoints.map(\.authority) == ["[2001:db8::1]:80"])
            #expect(result.endpoints.map(\.node) == ["n1"])
            #expect(result.loss == nil)
        }
    }

    @Test func `The instance sorter reports the loss of unexplained names and counts unusable instances`() throws {
        let found = try #require(other)
        let unexplained = DNSEndpointBuilder([
            instance(.node("n1", addresses: [], name: node)), instance(.address(found, node: nil)),
        ]).finish()
        #expect(unexplained.endpoints.map(\.authority) == ["10.0.0.2:80"])
        #expect(unexplained.loss == .unusableTargets)
        let invalid = DNSEndpointBuilder([instance(.invalid(node))]).finish()
        #expect(invalid.unusable == 1 && invalid.loss == nil)
        let withoutAddress = DNSEndpointBuilder([instance(.node("n1", addresses: [], name: node))]).finish(with: [
            node: []
        ])
        #expect(withoutAddress.unusable == 1 && withoutAddress.loss == nil)
        #expect(DNSEndpointBuilder([instance(.consulName(service, addresses: []))]).finish().loss == .unusableTargets)
        #expect(DNSEndpointBuilder([instance(.unavailable)]).finish().loss == nil)
    }

    @Test
    func `The instance sorter takes all addresses behind another Consul name, whatever the answer says`() throws {
        let (address, second) = (try #require(four), try #require(other))
        let sorter = DNSEndpointBuilder([instance(.consulName(service, addresses: [address]), weight: 7)])
        var aliases = AliasTable()
        aliases.insert(
            AliasStep(targets: [.address(address, node: "n1"), .address(second, node: nil)]),
            for: service
        )
        let result = sorter.finish(aliases: aliases)
        #expect(result.endpoints.map(\.authority) == ["10.0.0.1:80", "10.0.0.2:80"])
        #expect(result.endpoints.map(\.weight) == [7, 7])
        #expect(result.loss == nil)
    }

    @Test func `The instance sorter leaves out addresses that accept no connection`() throws {
        let good = try #require(four)
        for text in ["0.0.0.0", "::", "224.0.0.1", "ff02::1", "255.255.255.255"] {
            let address = try #require(IPAddress(text))
            let result = DNSEndpointBuilder([
                instance(.address(address, node: nil)), instance(.node("n", addresses: [address], name: node)),
                instance(.host(.address(address))), instance(.address(good, node: nil)),
            ]).finish()
            #expect(result.endpoints.map(\.authority) == ["10.0.0.1:80"])
            #expect(result.unusable == 3 && result.loss == nil)
        }
    }

    @Test
    func `The instance sorter keeps the order of the answer, also among names that instances share`() throws {
        let names = try (0..<20).map { try DomainName("s\($0).service.dc1.consul") }
        var aliases = AliasTable()
        for (index, name) in names.enumerated() {
            let address = IPAddress.v4(IPv4Address(rawValue: 0x0A00_0000 + UInt32(index)))
            aliases.insert(AliasStep(targets: [.address(address, node: nil)]), for: name)
        }
        let instances = names.map { instance(.consulName($0, addresses: [])) }
        let authorities = (0..<20).map { "10.0.0.\($0):80" }
        #expect(DNSEndpointBuilder(instances).finish(aliases: aliases).endpoints.map(\.authority) == authorities)
    }
}
