// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

/// Resolutions of the recorded answers of several Consul versions.
@Suite struct RecordedResolutionTests {
    private static let counts = [1, 3, 4, 19, 20, 43, 60]

    @Test(arguments: Recording.versions, [UInt16?.none, 1232, 4096])
    func `All instances are found over DNS, and trimmed answers are not taken for complete`(
        version: String,
        ednsSize: UInt16?
    ) async throws {
        try await withReplayedAgent(version: version) { agent in
            try await withResolver(ports: [agent.dns.port]) { configuration in
                configuration.dns.ednsPayloadSize = ednsSize
            } _: { resolver in
                for count in Self.counts {
                    try agent.rewind(to: "\(count) instances")
                    let resolution = try await resolver.resolve("big")
                    #expect(resolution.endpoints.count == count && resolution.isComplete, "\(count)")
                }
            }
        }
    }
}
