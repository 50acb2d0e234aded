// SPDX-License-Identifier: Apache-2.0

package import TestSupport

/// The sequence of faults of a run, which follows from its seed.
package struct FaultPlan: Sendable {
    /// A fault.
    package enum Fault: Hashable, Sendable {
        /// The HTTP connections of a client are treated in this way.
        case http(client: Int, ByteRelay.Mode)
        /// The datagrams of a client's DNS queries and answers have these faults.
        case datagrams(client: Int, DatagramFaults)
        /// The TCP connections of a client's DNS queries have these faults.
        case streams(client: Int, StreamFaults)
        /// All DNS connections of a client are reset.
        case resets(client: Int)
        /// The network between a client and its agent is cut.
        case cut(client: Int)
        /// A server is killed, and restarted when the fault ends.
        case killedServer(Int)
        /// A server is suspended: its kernel accepts connections, and it answers none.
        case frozenServer(Int)
        /// The agent of the first client is suspended.
        case frozenAgent
        /// The agent of the first client is killed, and restarted when the fault ends.
        case killedAgent
        /// A server and the other servers do not reach each other. Clients reach all of them.
        case partition(Int)
        /// All servers are stopped and started again, one after the other.
        case rollingRestart
        /// The token of a client is replaced. The old one is deleted after that, or before: then all requests are refused
        /// until the fault ends.
        case rotatedToken(client: Int, isLate: Bool)
        /// The agent of the first client answers DNS as if the service `web` did not exist, because its own token may not
        /// read it, and refuses HTTP.
        case hiddenService
        /// The clock of a client's resolvers is set forward, at once and by the given time.
        case clockJump(client: Int, Duration)
        /// No snapshot of a client can be written.
        case brokenDisk(client: Int)

        /// The name of the kind, for counting.
        package var kind: String {
            switch self {
            case .http(_, let mode): "http \(mode)".split(separator: "(").first.map(String.init) ?? ""
            case .datagrams: "datagrams"
            case .streams: "streams"
            case .resets: "resets"
            case .cut: "cut"
            case .killedServer: "killed server"
            case .frozenServer: "frozen server"
            case .frozenAgent: "frozen agent"
            case .killedAgent: "killed agent"
            case .partition: "partition of servers"
            case .rollingRestart: "rolling restart"
            case .rotatedToken(_, let isLate): isLate ? "token deleted, then replaced" : "token replaced"
            case .hiddenService: "service hidden from DNS"
            case .clockJump: "clock jump"
            case .brokenDisk: "broken disk"
            }
        }
    }

    /// A fault and the time for which it lasts.
    package struct Step: Hashable, Sendable {
        package let fault: Fault
        package let duration: Duration
    }

    /// The part of the world whose faults a plan makes. Each part has one fault at a time.
    package enum Part: Hashable, Sendable, CaseIterable {
        case network
        case processes
        case surroundings
    }

    private let part: Part
    private let clients: Int
    private let servers: Int
    private let hasPartitions: Bool
    private var random: SeededGenerator

    /// - Parameter hasPartitions: True if servers can be cut off from each other. Then other faults follow from a seed.
    package init(_ part: Part, clients: Int, servers: Int, hasPartitions: Bool = false, seed: UInt64) {
        (self.part, self.clients, self.servers, self.hasPartitions) = (part, clients, servers, hasPartitions)
        random =
            switch part {
            case .network: SeededGenerator(seed: seed)
            case .processes: SeededGenerator(seed: ~seed)
            case .surroundings: SeededGenerator(seed: seed.byteSwapped)
            }
    }

    /// Returns the next fault.
    package mutating func next() -> Step {
        switch part {
        case .network:
            // Some outlast the lease of a session.
            Step(
                fault: networkFault(),
                duration: .milliseconds(Int.random(in: random.happens(0.2) ? 3000...6000 : 50...2500, using: &random))
            )
        case .processes:
            Step(fault: processFault(), duration: .milliseconds(Int.random(in: 500...4000, using: &random)))
        case .surroundings:
            Step(fault: surroundingFault(), duration: .milliseconds(Int.random(in: 100...2000, using: &random)))
        }
    }

    private mutating func networkFault() -> Fault {
        let client = Int.random(in: 0..<clients, using: &random)
        switch Int.random(in: 0..<11, using: &random) {
        case 0: return .http(client: client, .silent)
        case 1: return .http(client: client, .withoutReplies)
        case 2: return .http(client: client, .refusing)
        case 3: return .http(client: client, .slow(.milliseconds(Int.random(in: 1...400, using: &random))))
        case 4: return .cut(client: client)
        case 5: return .resets(client: client)
        case 6: return .hiddenService
        case 7: return .streams(client: client, streamFaults())
        default: return .datagrams(client: client, datagramFaults())
        }
    }

    private mutating func datagramFaults() -> DatagramFaults {
        var faults = DatagramFaults()
        faults.dropped = Double.random(in: 0...0.6, using: &random)
        faults.duplicated = Double.random(in: 0...0.3, using: &random)
        faults.reordered = Double.random(in: 0...0.3, using: &random)
        faults.delay = .milliseconds(Int.random(in: 0...100, using: &random))
        faults.isBlackHole = random.happens(0.2)
        return faults
    }

    private mutating func streamFaults() -> StreamFaults {
        var faults = StreamFaults()
        faults.refusesConnections = random.happens(0.2)
        faults.isBlackHole = random.happens(0.2)
        faults.delay = .milliseconds(Int.random(in: 0...200, using: &random))
        faults.resetAfterReplyBytes = random.happens(0.5) ? Int.random(in: 1...2000, using: &random) : nil
        return faults
    }

    private mutating func processFault() -> Fault {
        let server = Int.random(in: 0..<servers, using: &random)
        switch Int.random(in: 0..<(hasPartitions ? 10 : 7), using: &random) {
        case 0...1: return .killedServer(server)
        case 2...3: return .frozenServer(server)
        case 4: return .frozenAgent
        case 5: return .killedAgent
        case 6: return .rollingRestart
        default: return .partition(server)
        }
    }

    private mutating func surroundingFault() -> Fault {
        let client = Int.random(in: 0..<clients, using: &random)
        switch Int.random(in: 0..<4, using: &random) {
        case 0: return .rotatedToken(client: client, isLate: false)
        case 1: return .rotatedToken(client: client, isLate: true)
        // Not the first client, whose service is hidden from DNS: a jump makes its endpoints older than the stale limit.
        case 2: return .clockJump(client: clients - 1, .seconds(Int.random(in: 1...7200, using: &random)))
        default: return .brokenDisk(client: client)
        }
    }
}
