// SPDX-License-Identifier: Apache-2.0

import Synchronization
import TestSupport
import Testing

@testable import LoadBalancing

/// Many threads at full speed. The findings of the thread sanitizer are part of the test.
@Suite(.timeLimit(.minutes(1)))
struct ConcurrentPickingTests {
    private static let tasks = 8
    private static let picks = 1500

    @Test(arguments: AllPolicies.all)
    func `A pick sees the set before or after an update`(policy: any BalancingPolicy) async {
        let balancer = balancer(policy)
        let sets = Self.sets
        balancer.update(sets[0])
        // The number of the last update that has begun, and of the last one that is complete.
        let (begun, done, isOver) = (Counter(), Counter(), Counter())
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                var number = 0
                while isOver.value < Self.tasks {
                    number += 1
                    begun.add()
                    balancer.update(sets[number % sets.count])
                    done.add()
                    await Task.yield()
                }
            }
            for task in 0..<Self.tasks {
                group.addTask {
                    var strays = 0
                    for step in 0..<Self.picks {
                        let first = done.value
                        guard let lease = try? balancer.pick(PickOptions(key: HashKey(step ^ task << 16))) else {
                            strays += 1
                            continue
                        }
                        let last = begun.value
                        let number = lease.endpoint.number
                        let isListed = (first...min(last, first + sets.count)).contains { version in
                            sets[version % sets.count].contains { $0.number == number }
                        }
                        if !isListed { strays += 1 }
                    }
                    isOver.add()
                    #expect(strays == 0)
                }
            }
        }
        #expect(balancer.endpoints.allSatisfy { $0.outstanding == 0 })
    }

    @Test(arguments: AllPolicies.all)
    func `Concurrent picks, reports and updates lose no lease and no endpoint`(policy: any BalancingPolicy) async {
        let balancer = balancer(policy)
        let sets = Self.sets
        let all = sets.flatMap(\.self)
        balancer.update(all)
        let isOver = Counter()
        let picked = (0..<Self.endpoints).map { _ in Counter() }
        await withTaskGroup(of: Int.self) { group in
            group.addTask {
                var number = 0
                while isOver.value < Self.tasks {
                    number += 1
                    balancer.update(sets[number % sets.count], isStale: number.isMultiple(of: 3))
                    await Task.yield()
                }
                return 0
            }
            group.addTask {
                while isOver.value < Self.tasks {
                    _ = balancer.endpoints
                    await Task.yield()
                }
                return 0
            }
            for task in 0..<Self.tasks {
                group.addTask {
                    var generator = SeededGenerator(seed: UInt64(task))
                    var (held, count): ([SharedLease], Int) = ([], 0)
                    for step in 0..<Self.picks {
                        guard let lease = try? balancer.pick(PickOptions(key: HashKey(step))) else { continue }
                        count += 1
                        picked[lease.endpoint.number].add()
                        held.append(SharedLease(lease))
                        if held.count > 5 { Self.end(held.removeFirst(), using: &generator) }
                    }
                    isOver.add()
                    return count
                }
            }
            let total = await group.reduce(0, +)
            #expect(total == Self.tasks * Self.picks)
            #expect(picked.reduce(0) { $0 + $1.value } == total)
        }
        balancer.update(all)
        #expect(balancer.endpoints.allSatisfy { $0.outstanding == 0 })
        #expect(throws: Never.self) { try balancer.pick().finish(.success) }
    }

    private static let endpoints = 12

    /// Four sets, each of which shares two of three endpoints with the next.
    private static let sets = (0..<4).map { first in
        (0..<9).map { Endpoint.numbered((3 * first + $0) % endpoints, weight: UInt16(1 + $0 % 2)) }
    }

    /// Returns a balancer with ejections that end almost at once.
    private func balancer(_ policy: any BalancingPolicy) -> LoadBalancer {
        var configuration = LoadBalancer.Configuration()
        configuration.policy = policy
        configuration.ejection = EjectionPolicy(baseTime: .microseconds(500), maximumTime: .milliseconds(2))
        return LoadBalancer(configuration: configuration, seed: 1)
    }

    private static func end(_ lease: SharedLease, using generator: inout SeededGenerator) {
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: break
        case 1: lease.finish(lease.endpoint.number < 3 ? .failure(.connect) : .success)
        case 2: lease.finish(.neutral)
        default: lease.finish(.success)
        }
    }
}

/// A counter for many threads.
private final class Counter: Sendable {
    private let count = Atomic<Int>(0)

    var value: Int { count.load(ordering: .acquiring) }

    func add() { count.wrappingAdd(1, ordering: .acquiringAndReleasing) }
}
