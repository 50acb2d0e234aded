// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
package import TestSupport

/// A comparison of the completeness that answers claim with the HTTP API, for every number of instances of a service.
package struct CompletenessSweep: Sendable {
    /// The results of one kind of lookup for one kind of service.
    package struct Tally: Sendable, Hashable {
        /// The number of answers with every instance.
        package var whole = 0
        /// Those among them that were not reported as complete.
        package var doubted = 0
        /// The number of answers that lacked an instance.
        package var partial = 0
        /// Those among them that were reported as complete, by their number of instances.
        package var wrong: [Int] = []

        package init() {}

        /// Returns the sum of two tallies.
        package static func + (left: Tally, right: Tally) -> Tally {
            var sum = left
            sum.whole += right.whole
            sum.doubted += right.doubted
            sum.partial += right.partial
            sum.wrong += right.wrong
            return sum
        }

        mutating func add(_ count: SweptAnswer.Count, of total: Int) {
            if count.instances == total {
                whole += 1
                if !count.isComplete { doubted += 1 }
            } else {
                partial += 1
                if count.isComplete { wrong.append(total) }
            }
        }
    }

    private let agent: ConsulAgent

    /// Creates a sweep over the services of an agent, to which it registers them.
    package init(_ agent: ConsulAgent) {
        self.agent = agent
    }

    /// Registers one instance after the other, and runs every kind of lookup at each of the given numbers of instances.
    ///
    /// - Parameters:
    ///   - service: The kind of service.
    ///   - sizes: The numbers of instances at which to run lookups.
    ///   - ways: The kinds of lookups.
    package func run(
        _ service: SweptService,
        sizes: some Sequence<Int> & Sendable,
        ways: [SweptAnswer] = SweptAnswer.allCases
    ) async throws -> [SweptAnswer: Tally] {
        let resolvers = try SweepResolvers(agent)
        let result: Result<[SweptAnswer: Tally], any Error>
        do {
            result = .success(try await run(service, sizes: sizes, ways: ways, with: resolvers))
        } catch {
            result = .failure(error)
        }
        await resolvers.shutdown()
        return try result.get()
    }

    private func run(
        _ service: SweptService,
        sizes: some Sequence<Int> & Sendable,
        ways: [SweptAnswer],
        with resolvers: SweepResolvers
    ) async throws -> [SweptAnswer: Tally] {
        var tallies: [SweptAnswer: Tally] = [:]
        var registered = 0
        for size in sizes {
            while registered < size {
                try await service.registerInstance(registered, with: agent)
                registered += 1
            }
            let truth = try await resolvers.http.resolve(ServiceRequest(service.name)).endpoints.count
            guard truth == size else { throw SweepError(service: service, registered: size, listed: truth) }
            for way in ways {
                let count = try await way.ask(for: service.name, with: resolvers)
                tallies[way, default: Tally()].add(count, of: truth)
            }
        }
        return tallies
    }
}

/// An error for an HTTP API that does not list the registered instances, so that the sweep has no reference.
package struct SweepError: Error, CustomStringConvertible {
    let service: SweptService
    let registered: Int
    let listed: Int

    package var description: String { "\(service): \(registered) instances registered, \(listed) listed over HTTP" }
}
