// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ResolverSupport

/// Reads of the registers by a program without the lock.
final class SimulatedReader {
    typealias Sender = (SimulatedRequest, @escaping (SimulatedReply?) -> Void) -> Void

    private unowned let world: SimulatedWorld

    init(_ world: SimulatedWorld) { self.world = world }

    /// Reads now and then, through the network of one of the programs.
    func run() {
        world.time.after(world.random.duration(in: 0...4)) { [self] in
            let program = world.programs[world.random.number(in: 0...world.programs.count - 1)]
            let sender: Sender = { [self] in world.send($0, from: program, limit: SimulatedProgram.limit, $1) }
            Self.read(world.random.happens(0.5) ? .consul : .store, world, sender) { [self] in run() }
        }
    }

    /// Reads a register, and records the value.
    static func read(
        _ register: ScheduleRecord.Register,
        _ world: SimulatedWorld,
        _ send: Sender,
        then completion: @escaping () -> Void
    ) {
        let operation = world.record.invoke(.read, register)
        send(register == .store ? .readStore : .read(SimulatedProgram.data)) { reply in
            switch reply {
            case .value(let value): world.record.respond(operation, .value(value), register)
            case .entry(let entry, _):
                world.record.respond(operation, .value(entry?.text.flatMap { Int($0) } ?? 0), register)
            default: break
            }
            completion()
        }
    }
}
