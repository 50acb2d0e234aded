// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ResolverSupport

/// The conditions of one simulated schedule, which follow from its seed: the session, the network and the faults.
struct Conditions: Sendable {
    enum Fault: Hashable, Sendable {
        /// A program is suspended: its timers and the replies to it wait.
        case freeze(program: Int, Duration)
        /// The network of a program is cut. A request may arrive when it is back.
        case cut(program: Int, Duration)
        /// No server leads: each request fails, and a new leader counts the time of all sessions anew.
        case outage(Duration)
        /// A health check or an operator ends one of the sessions.
        case endSession
        /// The node of a program is cut off, and its health check ends the session meanwhile.
        case failNode(program: Int, Duration)
        /// An operator deletes the key of the lock.
        case deleteKey
    }

    /// The virtual time of a schedule.
    static let length = Duration.seconds(120)

    let programs: Int
    let session: SessionOptions
    /// True if an operator deletes keys and ends sessions at will. Fencing alone protects against that.
    let isOperated: Bool
    /// The share of requests and of replies that are lost.
    let lost: Double
    /// The share of replies that arrive twice.
    let duplicated: Double
    /// The share of messages that take up to ``longestDelay`` instead of 20 ms.
    let delayed: Double
    let longestDelay: Duration
    /// The share of writes before which the program is suspended, after it has checked its lock.
    let frozenWrites: Double
    /// The speeds of the programs' clocks. A lease has a margin of at least a twentieth.
    let clockRates: [Double]
    let faults: [(moment: Moment, fault: Fault)]

    init(_ random: inout SplitMix) {
        programs = random.number(in: 2...4)
        isOperated = random.happens(0.2)
        let hasChecks = random.happens(0.4)
        var session = SessionOptions.withoutHealthChecks(timeToLive: random.duration(in: 10...15))
        session.lockDelay = random.happens(0.3) && !hasChecks ? .zero : random.duration(in: 1...15)
        if hasChecks { session.nodeChecks = ["serfHealth"] }
        if random.happens(0.2) { session.behavior = .delete }
        self.session = session
        lost = random.happens(0.5) ? 0 : random.unit() * 0.15
        duplicated = random.unit() * 0.1
        delayed = random.happens(0.3) ? 0 : random.unit() * 0.15
        longestDelay = random.duration(in: 0.5...12)
        frozenWrites = random.happens(0.5) ? 0 : 0.1
        var clockRates: [Double] = []
        for _ in 0..<programs { clockRates.append(0.98 + 0.04 * random.unit()) }
        self.clockRates = clockRates
        var faults: [(moment: Moment, fault: Fault)] = []
        for _ in 0..<random.number(in: 0...8) {
            let moment = Moment(nanoseconds: 0) + Self.length * random.unit()
            let program = random.number(in: 0...programs - 1)
            let long = random.happens(0.4)
            let time = random.duration(in: long ? 8...40 : 0.05...8)
            switch random.number(in: 0...9) {
            case 0...3: faults.append((moment, .freeze(program: program, time)))
            case 4...5: faults.append((moment, .cut(program: program, time)))
            case 6: faults.append((moment, .outage(random.duration(in: 0.1...15))))
            default:
                if isOperated, random.happens(0.5) {
                    faults.append((moment, .deleteKey))
                } else if hasChecks, random.happens(0.7) {
                    faults.append((moment, .failNode(program: program, random.duration(in: 2...40))))
                } else if isOperated || hasChecks {
                    faults.append((moment, .endSession))
                }
            }
        }
        self.faults = faults
    }
}
