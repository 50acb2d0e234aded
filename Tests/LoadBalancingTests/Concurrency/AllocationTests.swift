// SPDX-License-Identifier: Apache-2.0

#if canImport(Glibc)
import Glibc
import NetworkAddress
import Testing

@testable import LoadBalancing

/// Picking leaves nothing behind in memory, however often it is done.
///
/// In a process of its own, in which nobody else allocates. What is allocated and freed again between two looks is not
/// seen; that there is nothing of that kind either is for the benchmarks to show.
struct AllocationTests {
    @Test(arguments: 0..<6)
    func `Many picks leave nothing behind, with ten endpoints or a thousand`(policy: Int) async {
        await #expect(processExitsWith: .success) { [policy] in
            for count in [10, 1000] {
                let balancer = AllocationTests.balancer(policy, count)
                for key in 0..<2000 { try balancer.pick(PickOptions(key: HashKey(key))).finish(.success) }
                let before = try #require(HeapUse.bytes)
                for key in 0..<20_000 { try balancer.pick(PickOptions(key: HashKey(key))).finish(.success) }
                // A byte for every other pick would be twice that.
                guard try #require(HeapUse.bytes) - before < 5000 else { exit(EXIT_FAILURE) }
            }
        }
    }

    @Test func `What is left behind is seen`() async {
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
