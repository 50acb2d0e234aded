// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
package import TestSupport

/// Compares what answers say about their completeness with the HTTP API, for every number of instances of a service.
package struct CompletenessSweep: Sendable {
    /// What was seen of one way to ask about one kind of service.
    package struct Tally: Sendable, Hashable {
        /// Answers that had every instance.
        package var whole = 0
        /// Those among them that were not called complete.
        package var doubted = 0
        /// Answers that lacked an instance.
        package var partial = 0
        /// Those among them that were called complete, by their number of instances.
        package var wrong: [Int] = []

        package init() {}

        /// The sum of two.
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

    /// A sweep over the services of an agent, to which it registers them.
    package init(_ agent: ConsulAgent) {
        self.agent = agent
    }

    /// Registers one instance after the other, and asks in every way at each of the given numbers of instances.
    ///
    /// - Parameters:
    ///   - service: The kind of service.
    ///   - sizes: The numbers of instances at which to ask.
    ///   - ways: The ways to ask.
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

/// The HTTP API did not list what was registered, so that there is nothing to compare with.
package struct SweepError: Error, CustomStringConvertible {
    let service: SweptService
    let registered: Int
    let listed: Int

    package var description: String { "\(service): \(registered) instances registered, \(listed) listed over HTTP" }
}
