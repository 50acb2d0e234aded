// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ResolverSupport

/// The work of a program while it holds the lock: a few steps, writes and reads.
final class SimulatedBody {
    private unowned let program: SimulatedProgram
    private let token: UInt64
    private var left: Int
    /// The evidence of a loss.
    private var loss: CoordinationError.Reason?
    /// True while the body has checked its lock and not sent its write: a cancellation does not stop code between two
    /// awaits.
    private var isBetweenCheckAndWrite = false
    private(set) var hasEnded = false

    init(_ program: SimulatedProgram, token: UInt64) {
        (self.program, self.token) = (program, token)
        left = program.world.random.number(in: 1...6)
    }

    private var world: SimulatedWorld { program.world }

    /// Cancels the body for a loss.
    func cancel(_ reason: CoordinationError.Reason) {
        guard !hasEnded, world.flaw != .ignoresLoss else { return }
        loss = loss ?? reason
        if !isBetweenCheckAndWrite { end() }
    }

    /// Goes on with the next step.
    func run() {
        guard left > 0 else { return end() }
        left -= 1
        program.pauseBody(world.random.duration(in: 0...(world.random.happens(0.2) ? 8 : 1))) { [self] in
            guard !hasEnded else { return }
            guard program.lost(loss) == nil else { return end() }
            switch world.random.number(in: 0...5) {
            case 0...1:
                world.record.stepped(token)
                run()
            case 2...3: write(to: .consul)
            case 4: write(to: .store)
            default: read(world.random.happens(0.5) ? .consul : .store)
            }
        }
    }

    private func end() {
        guard !hasEnded else { return }
        hasEnded = true
        program.bodyHasEnded(program.lost(loss))
    }

    /// Writes a value. The lock counted as held a moment ago, and the program may be suspended before the request.
    private func write(to register: ScheduleRecord.Register) {
        isBetweenCheckAndWrite = true
        if world.random.happens(world.conditions.frozenWrites) {
            world.record.count("programs suspended between check and write")
            program.freeze(for: world.random.duration(in: 5...45))
        }
        program.pauseBody(world.random.duration(in: 0...0.05)) { [self] in
            isBetweenCheckAndWrite = false
            let value = world.record.nextValue()
            let operation = world.record.invoke(.write(token, value: value), register)
            let request: SimulatedRequest =
                register == .store
                ? .write(token: token, value: value)
                : .commit(program.guarded(.set(SimulatedProgram.data, Array("\(value)".utf8))))
            program.sendFromBody(request) { [self] reply in
                let outcome: FencedRegister.Outcome? =
                    switch reply {
                    case .applied, .written(true): .done
                    case .written(false): .refused
                    case .refused: .lost
                    default: nil
                    }
                if let outcome {
                    world.record.respond(operation, outcome, register)
                } else {
                    world.record.count("writes without an answer")
                }
                // Consul's refusal is evidence of the loss.
                if case .refused = reply, world.flaw != .ignoresLoss { loss = loss ?? .keyTaken }
                goOn()
            }
            // A body that was canceled meanwhile stops here, and its write is on its way.
            if loss != nil { end() }
        }
    }

    private func read(_ register: ScheduleRecord.Register) {
        SimulatedReader.read(register, world, program.sendFromBody) { [self] in goOn() }
    }

    private func goOn() {
        guard !hasEnded else { return }
        if program.lost(loss) == nil { run() } else { end() }
    }
}
