// SPDX-License-Identifier: Apache-2.0

import CompletenessSweep
import ConsulResolver
import TestSupport
import Testing

/// The numbers of instances at which trimming begins; `make sweep` tries every number up to 1000.
@Suite(.serialized)
struct CompletenessSweepTests {
    @Test(
        arguments: SweptService.all
    )
    func `An answer is complete only with every instance, near datagram limits`(service: SweptService) async throws {
        try await sweep(service, sizes: [1, 2, 3, 4, 8, 9, 10, 11, 12, 13, 15, 19, 28, 38, 43])
    }

    @Test
    func `An answer is complete only if it holds every instance, where TXT records exceed TCP`() async throws {
        let service = SweptService(.serviceAddresses, .twoKilobytes)
        // The other test has the service on the shared agent.
        try await withConsulAgent { agent in
            try await sweep(service, on: agent, sizes: 27...34, ways: [.stream, .lookup4096, .automatic])
        }
    }

    private func sweep(
        _ service: SweptService,
        on agent: ConsulAgent? = nil,
        sizes: some Sequence<Int> & Sendable,
        ways: [SweptAnswer] = SweptAnswer.allCases
    ) async throws {
        let shared = try await SharedConsulAgents.shared.agent()
        let tallies = try await CompletenessSweep(agent ?? shared).run(service, sizes: sizes, ways: ways)
        for (way, tally) in tallies { #expect(tally.wrong.isEmpty, "\(way.rawValue)") }
        let lookups = tallies.filter { [.lookup1232, .lookup4096, .automatic].contains($0.key) }.map(\.value)
        #expect(!lookups.isEmpty)
        for lookup in lookups { #expect(lookup.doubted * 10 <= lookup.whole) }
    }
}
