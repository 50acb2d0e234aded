// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

/// Measures the cost of an answer from the cache.
///
///     Caching hits PORT COUNT       nanoseconds: through resolve, through a service's `current`, and both in two tasks
///     Caching memory PORT COUNT     bytes resident before and after that many services have been resolved, and the
///                                   nanoseconds of a hit among them
///     Caching stress PORT SECONDS   answers read by eight tasks while they are replaced every millisecond: an answer that
///                                   is released too early crashes it, most surely with MALLOC_PERTURB_=165
///
/// PORT is that of a DNS server on this machine that answers any SRV question.
@main
enum Caching {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count == 4, let port = UInt16(arguments[2]), let count = Int(arguments[3]), count > 0 else {
            return print("usage: Caching hits|memory|stress PORT COUNT")
        }
        var configuration = ServiceResolver.Configuration()
        configuration.strategy = .dns
        configuration.timeout = .seconds(30)
        let lifetime: Duration = arguments[1] == "stress" ? .milliseconds(1) : .seconds(3600)
        configuration.cache?.minimumTimeToLive = lifetime
        configuration.cache?.maximumTimeToLive = lifetime
        configuration.dns.nameservers = [HostPort(host: .address(.v4(.loopback)), port: port)]
        let resolver = try ServiceResolver(configuration: configuration)
        switch arguments[1] {
        case "hits": try await hits(resolver, count)
        case "memory": try await memory(resolver, count)
        case "stress": try await stress(resolver, for: .seconds(count))
        default: print("usage: Caching hits|memory|stress PORT COUNT")
        }
        await resolver.shutdown()
    }

    private static func hits(_ resolver: ServiceResolver, _ count: Int) async throws {
        let service = resolver.service("web")
        _ = try await resolver.resolve("web")
        let resolve: @Sendable () async throws -> Int = {
            var sum = 0
            for _ in 0..<count { sum &+= try await resolver.resolve("web").endpoints.count }
            return sum
        }
        let current: @Sendable () async throws -> Int = {
            var sum = 0
            for _ in 0..<count { sum &+= service.current?.endpoints.count ?? 0 }
            return sum
        }
        for work in [resolve, current] {
            let alone = try await nanoseconds(of: work, tasks: 1)
            let beside = try await nanoseconds(of: work, tasks: 2)
            print(alone / Double(count), beside / Double(count), terminator: " ")
        }
        print()
    }

    /// Returns the time that each of several tasks, on threads of their own, takes for the same work.
    private static func nanoseconds(of work: @escaping @Sendable () async throws -> Int, tasks: Int) async throws
        -> Double
    {
        try await withThrowingTaskGroup(of: Duration.self) { group in
            for _ in 0..<tasks {
                group.addTask {
                    let start = ContinuousClock.now
                    let sum = try await work()
                    precondition(sum > 0, "nothing was found")
                    return start.duration(to: .now)
                }
            }
            let times = try await group.reduce(into: []) { $0.append($1) }
            return times.max()! / .nanoseconds(1)
        }
    }

    private static func memory(_ resolver: ServiceResolver, _ count: Int) async throws {
        _ = try await resolver.resolve("warm-up")
        let before = residentBytes()
        for number in 0..<count { _ = try await resolver.resolve("service-\(number)") }
        let after = residentBytes()
        var sum = 0
        let name = "service-\(count / 2)"
        let start = ContinuousClock.now
        for _ in 0..<1_000_000 { sum &+= try await resolver.resolve(name).endpoints.count }
        precondition(sum > 0, "nothing was found")
        print(before, after, start.duration(to: .now) / .nanoseconds(1) / 1_000_000)
    }

    private static func stress(_ resolver: ServiceResolver, for duration: Duration) async throws {
        let end = ContinuousClock.now + duration
        let reads = try await withThrowingTaskGroup(of: Int.self) { group in
            for task in 0..<8 {
                let service = resolver.service("service-\(task % 3)")
                group.addTask {
                    var reads = 0
                    while ContinuousClock.now < end {
                        for _ in 0..<1000 {
                            let resolution = try await resolver.resolve("service-\(task % 3)")
                            precondition(resolution.endpoints.last?.weight == 1, "not an endpoint of the answer")
                            precondition(service.current?.endpoints.last?.weight == 1, "not an endpoint of the answer")
                        }
                        reads += 2000
                        // There are fewer threads than tasks.
                        await Task.yield()
                    }
                    return reads
                }
            }
            return try await group.reduce(0, +)
        }
        print("\(reads) reads")
    }
}
