// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

/// Decides how to ask one nameserver next, until one answer, or two of them together, prove that no instance is missing.
///
/// A pure value. ``next`` is the query to send; ``end(_:with:)`` takes what came of it.
struct TransportPlan: Sendable {
    /// One query to a nameserver.
    struct Step: Hashable, Sendable {
        let transport: DNSTransport
        /// The size that EDNS advertises; `nil` over TCP, where the limit is the message itself.
        let payloadSize: UInt16?
    }

    /// What an answer with instances means for the lookup.
    enum Decision {
        /// The instances are all there are.
        case finish(Finding)
        /// Another query may prove more.
        case goOn
    }

    private var steps: [Step]
    /// The size to advertise when a datagram is to confirm an answer; `nil` to confirm none.
    private let confirmationSize: UInt16?
    private var unconfirmed: [Finding] = []

    /// The fullest answer without proof.
    private(set) var best: Finding?

    /// - Parameters:
    ///   - steps: The queries to send, until one is answered with a proof.
    ///   - confirmationSize: The EDNS size of the query that is to confirm an answer over TCP, less than the limit of TCP;
    ///     `nil` where datagrams are not to be relied on.
    init(_ steps: [Step], confirmationSize: UInt16?) {
        self.steps = steps
        self.confirmationSize = confirmationSize
    }

    /// The query to send next; `nil` when there is none left.
    var next: Step? { steps.first }

    /// How many queries are left.
    var stepsLeft: Int { steps.count }

    /// Takes note that a query has ended, whatever came of it.
    mutating func end() {
        steps.removeFirst()

    }

    /// Judges an answer with instances to the query that has just ended.
    mutating func found(_ finding: Finding) -> Decision {
        switch finding.completeness {
        case .complete:
            return .finish(finding)
        case .unconfirmed(let limit):
            if let other = unconfirmed.first(where: { $0.confirms(finding, under: limit) }) {
                // The datagram says no more than the answer over TCP that it confirms.
                return .finish(other.reply.transport == .tcp ? other.proven : finding.proven)
            }
            unconfirmed.append(finding)
        case .unproven:
            break
        }
        keep(finding)
        // TCP has shown all that it can. A datagram is asked for only where it can confirm that.
        if finding.reply.transport == .tcp { steps = confirmation(of: finding).map { [$0] } ?? [] }
        return .goOn
    }

    private mutating func keep(_ finding: Finding) {
        guard let known = best else { return best = finding }
        if finding.instances.count >= known.instances.count { best = finding }
    }

    /// The query that is to confirm an answer over TCP, if a datagram has room for the answer and one more instance.
    private func confirmation(of finding: Finding) -> Step? {
        guard case .unconfirmed = finding.completeness, let size = confirmationSize else { return nil }
        // The OPT record takes 11 bytes, and Consul keeps 8 free.
        let needed = finding.reply.bytes.count + AnswerCompleteness.largestInstance + 20
        return needed <= Int(size) ? Step(transport: .udp, payloadSize: size) : nil
    }
}

extension Finding {
    /// Whether two answers prove each other: they name the same instances under limits that no answer exceeds by up to a
    /// hundred bytes at once.
    fileprivate func confirms(_ other: Finding, under limit: Int) -> Bool {
        guard case .unconfirmed(let ownLimit) = completeness, abs(ownLimit - limit) > Finding.riskyExcess else {
            return false
        }
        guard instances.count == other.instances.count else { return false }
        return Finding.places(of: instances) == Finding.places(of: other.instances)
    }

    /// Where connections go. Weights do not count: of two instances of one node with the same address and port, Consul shows
    /// either, each answer anew.
    private static func places(of instances: [ServiceInstance]) -> [Place: Int] {
        instances.reduce(into: [:]) { $0[Place($1), default: 0] += 1 }
    }

    private struct Place: Hashable {
        let target: ServiceInstance.Target
        let port: UInt16

        /// The addresses of a name that several instances have come in any order.
        init(_ instance: ServiceInstance) {
            port = instance.port
            target =
                switch instance.target {
                case .node(let node, _, let name): .node(node, addresses: [], name: name)
                case .consulName(let name, _): .consulName(name, addresses: [])
                default: instance.target
                }
        }
    }

    /// Consul drops a single instance when the excess is at most 100 bytes, and begins 8 bytes below the limit of a
    /// datagram; version 1.8 is off by up to 4 bytes.
    private static let riskyExcess = 128
}
