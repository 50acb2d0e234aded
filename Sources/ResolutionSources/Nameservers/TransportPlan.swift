// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS

/// The sequence of queries to one nameserver, until one answer, or two answers together, prove that no instance is
/// missing.
///
/// A pure value. ``next`` is the query to send, ``end()`` records its end, and ``found(_:)`` takes an answer with
/// instances.
struct TransportPlan: Sendable {
    /// One query to a nameserver.
    struct Step: Hashable, Sendable {
        package let transport: DNSTransport
        /// The size that EDNS advertises; `nil` over TCP, where the limit is the message itself.
        package let payloadSize: UInt16?
    }

    /// The consequence of an answer with instances.
    enum Decision {
        /// The instances are proven to be complete.
        case finish(FoundInstances)
        /// Another query may bring the proof.
        case goOn
    }

    private var steps: [Step]
    /// The EDNS size of a query over UDP that is to confirm an answer over TCP; `nil` to send no such query.
    private let confirmationSize: UInt16?
    private var unconfirmed: [FoundInstances] = []

    /// The answer with the most instances of those without proof.
    private(set) var best: FoundInstances?

    /// - Parameters:
    ///   - steps: The queries to send, until an answer proves its completeness.
    ///   - confirmationSize: The EDNS size of the query that is to confirm an answer over TCP, less than the limit of
    ///     TCP; `nil` if datagrams are unreliable.
    init(_ steps: [Step], confirmationSize: UInt16?) {
        self.steps = steps
        self.confirmationSize = confirmationSize
    }

    /// The query to send next; `nil` after the last one.
    var next: Step? { steps.first }

    /// The number of queries left.
    var stepsLeft: Int { steps.count }

    /// Records that a query has ended, whatever its result.
    mutating func end() {
        steps.removeFirst()
    }

    /// Evaluates an answer with instances to the query that has just ended.
    mutating func found(_ found: FoundInstances) -> Decision {
        switch found.completeness {
        case .complete:
            return .finish(found)
        case .unconfirmed(let limit):
            if let other = unconfirmed.first(where: { $0.confirms(found, under: limit) }) {
                // The datagram holds no more than the answer over TCP that it confirms.
                return .finish(other.reply.transport == .tcp ? other.proven : found.proven)
            }
            unconfirmed.append(found)
        case .unproven:
            break
        }
        keep(found)
        // Another query over TCP would return the same. The only query left is a datagram that can confirm the answer.
        if found.reply.transport == .tcp { steps = confirmation(of: found).map { [$0] } ?? [] }
        return .goOn
    }

    private mutating func keep(_ found: FoundInstances) {
        guard let known = best else { return best = found }
        if found.instances.count >= known.instances.count { best = found }
    }

    /// Returns the query that is to confirm an answer over TCP, if a datagram has room for the answer and one more
    /// instance.
    private func confirmation(of found: FoundInstances) -> Step? {
        guard case .unconfirmed = found.completeness, let size = confirmationSize else { return nil }
        // The OPT record takes 11 bytes, and Consul keeps 8 free.
        let needed = found.reply.bytes.count + AnswerCompleteness.largestInstance + 20
        return needed <= Int(size) ? Step(transport: .udp, payloadSize: size) : nil
    }
}

extension FoundInstances {
    /// Returns true if two answers prove each other: they have the same instances under limits so far apart that no
    /// answer can exceed both by up to 100 bytes.
    fileprivate func confirms(_ other: FoundInstances, under limit: Int) -> Bool {
        guard case .unconfirmed(let ownLimit) = completeness, abs(ownLimit - limit) > FoundInstances.riskyExcess else {
            return false
        }
        guard instances.count == other.instances.count else { return false }
        return FoundInstances.places(of: instances) == FoundInstances.places(of: other.instances)
    }

    /// Returns the targets and ports of instances, counted. Weights are left out: of two instances of one node with the
    /// same address and port, Consul returns either one, and may choose the other in the next answer.
    private static func places(of instances: [ServiceInstance]) -> [Place: Int] {
        instances.reduce(into: [:]) { $0[Place($1), default: 0] += 1 }
    }

    private struct Place: Hashable {
        let target: ServiceInstance.Target
        let port: UInt16

        /// Leaves out the addresses of a name: if several instances share the name, they come in any order.
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

    /// The distance between two limits above which no answer exceeds both by a little. Consul drops a single instance
    /// when the excess is at most 100 bytes. For a datagram, it starts 8 bytes below the limit, and version 1.8 is off
    /// by up to 4 bytes.
    private static let riskyExcess = 128
}

/// Instances from one DNS answer.
package struct FoundInstances: Sendable {
    package let reply: DNSAnswer
    package let instances: [ServiceInstance]
    /// The degree to which the answer proves that no instance is missing.
    package var completeness: AnswerCompleteness
    package let timeToLive: Duration

    /// A copy that is marked complete, for which another answer is the proof.
    var proven: FoundInstances {
        var found = self
        found.completeness = .complete
        return found
    }
}
