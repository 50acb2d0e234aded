// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
import NetworkAddress
import TestSupport
import Testing

@testable import LoadBalancing

/// Picking leaves no memory allocated, however often it runs.
///
/// The test runs in a process of its own, without other allocations. It does not see memory that is allocated and freed
/// between two measurements; the benchmarks show that picks do not allocate at all.
struct AllocationTests {
    @Test(arguments: 0..<6)
    func `Many picks leave no memory allocated, with ten endpoints or a thousand`(policy: Int) async {
        await #expect(processExitsWith: .success) { [policy] in
            for count in [10, 1000] {
                let balancer = AllocationTests.balancer(policy, count)
                for key in 0..<2000 { try balancer.pick(PickOptions(key: HashKey(key))).finish(.success) }
                let before = try #require(HeapUse.bytes)
                for key in 0..<20_000 { try balancer.pick(PickOptions(key: HashKey(key))).finish(.success) }
                // One byte for every other pick would be twice that.
                guard try #require(HeapUse.bytes) - before < 5000 else { exit(EXIT_FAILURE) }
            }
        }
    }

    @Test func `The measurement detects memory that stays allocated`() async {
        await #expect(processExitsWith: .success) {
            let before = try #require(HeapUse.bytes)
            let left = (0..<1000).map { _ in UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 1) }
            guard try #require(HeapUse.bytes) - before >= 100_000 else { exit(EXIT_FAILURE) }
            for pointer in left { pointer.deallocate() }
        }
    }

    private static func balancer(_ policy: Int, _ count: Int) -> LoadBalancer {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = AllPolicies.all[policy]
        let balancer = LoadBalancer(configuration: configuration, seed: 1)
        balancer.update((0..<count).map { .numbered($0) })
        return balancer
    }
}
#endif
