// SPDX-License-Identifier: Apache-2.0

import CompletenessSweep
import ConsulResolver
import TestSupport
import Testing

/// `make sweep` asks at every number of instances up to 1000; these are the numbers at which trimming begins.
@Suite("An answer of a real agent", .serialized)
struct CompletenessSweepTests {
    @Test(
        "is called complete only if no instance is missing, around the limits of datagrams",
        arguments: SweptService.all
    )
    func datagrams(service: SweptService) async throws {
        let sizes = Array(1...16) + [19, 20, 28, 30, 33, 38, 41, 43, 49, 56]
        try await sweep(service, sizes: sizes)
    }

    @Test("is called complete only if no instance is missing, where TXT records make it too long for TCP")
    func streams() async throws {
        let service = SweptService(.serviceAddresses, .twoKilobytes)
        try await sweep(service, sizes: 24...36, ways: [.stream, .lookup4096, .automatic])
    }

    private func sweep(
        _ service: SweptService,
        sizes: some Sequence<Int> & Sendable,
        ways: [SweptAnswer] = SweptAnswer.allCases
    ) async throws {
        try await withConsulAgent { agent in
            let tallies = try await CompletenessSweep(agent).run(service, sizes: sizes, ways: ways)
            for (way, tally) in tallies { #expect(tally.wrong.isEmpty, "\(way.rawValue)") }
            let lookups = tallies.filter { [.lookup1232, .lookup4096, .automatic].contains($0.key) }.map(\.value)
            #expect(!lookups.isEmpty)
            for lookup in lookups { #expect(lookup.doubted * 10 <= lookup.whole) }
        }
    }
}
