// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct ResolutionTests {
    /// A copy of a resolution is most of the cost of a lookup that the cache answers.
    @Test func `A resolution is at most 88 bytes`() {
        #expect(MemoryLayout<Resolution>.size <= 88)
    }

    @Test func `A resolution keeps its rare fields independent of each other`() {
        var resolution = Resolution.endpoints(1)
        #expect(resolution.alternative == nil && resolution.doubt == nil)
        resolution.doubt = Resolution.Doubt(reason: .noSuchService)
        let held = resolution
        resolution.alternative = .datacenter("dc2")
        #expect(resolution.doubt?.reason == .noSuchService && resolution.alternative == .datacenter("dc2"))
        #expect(held.alternative == nil)
        resolution.alternative = nil
        #expect(resolution.doubt?.reason == .noSuchService)
        resolution.unusableInstances = 3
        resolution.doubt = nil
        #expect(resolution.alternative == nil && resolution.doubt == nil && resolution.unusableInstances == 3)
        resolution.unusableInstances = 0
        #expect(resolution.unusableInstances == 0)
    }
}
