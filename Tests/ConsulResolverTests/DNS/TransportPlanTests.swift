// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import DNSWire
import NetworkAddress
import Testing

@testable import ConsulResolver
@testable import ResolutionSources

struct TransportPlanTests {
    private static let datagram = TransportPlan.Step(transport: .udp, payloadSize: 4096)
    private static let stream = TransportPlan.Step(transport: .tcp, payloadSize: nil)

    private func finding(
        _ transport: ConsulDNS.DNSTransport,
        _ completeness: AnswerCompleteness,
        ports: [UInt16] = [1, 2],
        weight: UInt16 = 1,
        size: Int = 200
    ) -> FoundInstances {
        let instances = ports.map {
            ServiceInstance(priority: 1, weight: weight, port: $0, target: .address(.v4(.loopback), node: nil))
        }
        let reply = DNSAnswer(
            bytes: [UInt8](repeating: 0, count: size),
            server: Nameserver(address: .v4(.loopback), port: 8600),
            transport: transport,
            elapsed: .zero
        )
        return FoundInstances(reply: reply, instances: instances, completeness: completeness, timeToLive: .zero)
    }

    private func ports(_ decision: TransportPlan.Decision) -> [UInt16]? {
        guard case .finish(let finding) = decision, finding.completeness == .complete else { return nil }
        return finding.instances.map(\.port)
    }

    @Test func `A transport plan ends with the first answer that proves itself complete`() {
        var plan = TransportPlan([Self.datagram, Self.stream], confirmationSize: 4096)
        #expect(plan.next == Self.datagram)
        plan.end()
        #expect(ports(plan.found(finding(.udp, .complete))) == [1, 2])
    }

    @Test
    func `A transport plan takes equal instances over UDP and TCP for a proof, in any order, with any weight`() {
        var plan = TransportPlan([Self.datagram, Self.stream], confirmationSize: 4096)
        plan.end()
        #expect(ports(plan.found(finding(.udp, .unconfirmed(limit: 4096)))) == nil)
        #expect(plan.next == Self.stream)
        plan.end()
        let other = finding(.tcp, .unconfirmed(limit: 65_523), ports: [2, 1], weight: 5)
        #expect(ports(plan.found(other)) == [2, 1])
    }

    @Test(
        arguments: [([1, 3], 65_523), ([1], 65_523), ([1, 2, 2], 65_523), ([1, 2], 4200)] as [([UInt16], Int)]
    )
    func `A transport plan takes no proof from answers that differ or whose limits are close`(
        ports others: [UInt16],
        limit: Int
    ) {
        var plan = TransportPlan([Self.datagram, Self.stream], confirmationSize: nil)
        plan.end()
        _ = plan.found(finding(.udp, .unconfirmed(limit: 4096)))
        plan.end()
        #expect(ports(plan.found(finding(.tcp, .unconfirmed(limit: limit), ports: others))) == nil)
        #expect(plan.next == nil)
    }

    @Test
    func `A transport plan confirms an answer over TCP by a datagram that has room for it`() {
        var plan = TransportPlan([Self.stream, Self.datagram], confirmationSize: 4096)
        plan.end()
        _ = plan.found(finding(.tcp, .unconfirmed(limit: 65_523), size: 2000))
        #expect(plan.next == TransportPlan.Step(transport: .udp, payloadSize: 4096))
        plan.end()
        #expect(ports(plan.found(finding(.udp, .unconfirmed(limit: 4096)))) == [1, 2])
    }

    @Test
    func `A transport plan sends no query for a datagram that is too large or that trimming made useless`() {
        for (completeness, size, largest) in [
            (AnswerCompleteness.unconfirmed(limit: 65_523), 3677, 4096), (.unproven, 200, 4096),
            (.unconfirmed(limit: 65_523), 200, nil),
        ] as [(AnswerCompleteness, Int, UInt16?)] {
            var plan = TransportPlan([Self.stream, Self.datagram], confirmationSize: largest)
            plan.end()
            _ = plan.found(finding(.tcp, completeness, size: size))
            #expect(plan.next == nil)
            #expect(plan.best?.instances.count == 2)
        }
    }

    @Test func `A transport plan keeps the largest answer when no answer is proven`() {
        var plan = TransportPlan([Self.datagram, Self.stream], confirmationSize: nil)
        plan.end()
        _ = plan.found(finding(.udp, .unproven, ports: [1]))
        plan.end()
        _ = plan.found(finding(.tcp, .unproven, ports: [1, 2, 3]))
        #expect(plan.best?.instances.map(\.port) == [1, 2, 3])
    }

    @Test func `A transport plan goes on with TCP when a datagram brings no answer`() {
        var plan = TransportPlan([Self.datagram, Self.stream], confirmationSize: 4096)
        plan.end()
        #expect(plan.next == Self.stream)
        #expect(plan.stepsLeft == 1)
    }
}
