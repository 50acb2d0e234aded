// SPDX-License-Identifier: Apache-2.0

package import LoadBalancing
import NIOConcurrencyHelpers
package import NetworkAddress
package import ResolverSupport

/// The prober of a changing set of endpoints. It publishes the verdicts on them.
///
/// It is active only inside of ``run()``, and without endpoints it has no timer and does not wake up.
package final class Prober: Sendable {
    private struct State {
        var schedule: ProbeSchedule
        var records: ProbeRecords
    }

    /// The probes to start now, the verdicts, and the time of the next step.
    private struct Step {
        let probes: [ProbeSchedule.Probe]
        let verdicts: [HostPort: ProbeVerdict]
        let nextDue: Duration?
    }

    /// The verdicts on all endpoints that have one, published whenever a verdict has changed. A slow reader gets only
    /// the newest element. The stream is for one reader and ends with ``run()``.
    package let verdicts: AsyncStream<[HostPort: ProbeVerdict]>

    private let plan: ProbePlan
    private let time: TimeSource
    private let start: Moment
    private let state: NIOLockedValueBox<State>
    private let wakeSignal = WakeSignal()
    private let reports: AsyncStream<[HostPort: ProbeVerdict]>.Continuation

    /// - Parameter time: The clock of the probe schedule. The timeout of a single probe is not measured by this clock,
    ///   since it depends on the network.
    package init(plan: ProbePlan, time: TimeSource) {
        self.plan = plan
        self.time = time
        start = time.now()
        let schedule = ProbeSchedule(interval: plan.interval, maximumConcurrent: plan.maximumConcurrent)
        state = NIOLockedValueBox(State(schedule: schedule, records: ProbeRecords(thresholds: plan.thresholds)))
        (verdicts, reports) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Replaces the set of endpoints; an empty set stops all probing. The health of endpoints that stay is kept, and
    /// that of endpoints that have left is dropped. May be called at any time and from any thread.
    package func update(_ endpoints: [Endpoint]) {
        let targets = Set(endpoints.lazy.map(\.hostPort).filter { $0.port != 0 })
        let now = now
        state.withLockedValue { state in
            var generator = SystemRandomNumberGenerator()
            state.schedule.update(targets, at: now, using: &generator)
            state.records.keep(targets)
        }
        wakeSignal.ring()
    }

    /// Probes until the task is canceled. Call it once. When it returns, every connection is closed.
    package func run() async {
        await withDiscardingTaskGroup { probes in
            var published: [HostPort: ProbeVerdict] = [:]
            while !Task.isCancelled {
                let step = nextStep()
                for probe in step.probes { probes.addTask { await self.carryOut(probe) } }
                // Verdicts are published only here, so that they are published in the order in which they were reached.
                if step.verdicts != published {
                    published = step.verdicts
                    reports.yield(published)
                }
                await rest(until: step.nextDue)
            }
        }
        reports.finish()
    }

    private var now: Duration { start.duration(to: time.now()) }

    private func nextStep() -> Step {
        let now = now
        return state.withLockedValue { state in
            let probes = state.schedule.begin(at: now)
            return Step(probes: probes, verdicts: state.records.verdicts, nextDue: state.schedule.nextDue)
        }
    }

    private func carryOut(_ probe: ProbeSchedule.Probe) async {
        let succeeded = await ProbeAttempt(probe.target, plan: plan).run()
        // A canceled probe has no result.
        guard !Task.isCancelled else { return }
        let now = now
        state.withLockedValue { state in
            var generator = SystemRandomNumberGenerator()
            guard state.schedule.finish(probe, at: now, using: &generator) else { return }
            state.records.apply(succeeded, of: probe.target)
        }
        wakeSignal.ring()
    }

    private func rest(until due: Duration?) async {
        guard let due else { return await wakeSignal.wait() }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [time, start] in try? await time.sleep(start + due) }
            group.addTask { [wakeSignal] in await wakeSignal.wait() }
            await group.next()
            group.cancelAll()
        }
    }
}
