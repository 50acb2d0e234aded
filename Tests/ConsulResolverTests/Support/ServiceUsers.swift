// SPDX-License-Identifier: Apache-2.0

import ConsulResolver
import TestSupport
import Testing

@testable import ResolutionModel

/// Users of a service under failures: some look it up all the time, some follow it. Unacceptable answers are recorded.
///
/// Once a user has seen the service, it must never be without endpoints again, nor without those that are always
/// registered. The time at which a change arrives is not checked.
final class ServiceUsers: Sendable {
    /// One user of the service.
    struct User: Hashable, CustomStringConvertible {
        let description: String
        /// True if it looks the service up; else it follows the service.
        let looksUp: Bool
    }

    private struct Experience {
        var latest: [User: Resolution] = [:]
        var answers = 0
        var complaints: [String] = []
    }

    private let service: String
    private let constant: Set<String>
    private let count: Int
    private let experience = WatchedValue(Experience())

    /// The pause of a user between two lookups.
    private static let pace = Duration.milliseconds(5)

    fileprivate init(of service: String, constant: Set<String>, count: Int) {
        self.service = service
        self.constant = constant
        self.count = count
    }

    /// The unacceptable answers and errors.
    var complaints: [String] { experience.current.complaints }

    /// The number of answers to all users.
    var answers: Int { experience.current.answers }

    /// The last answer to each user.
    var latest: [User: Resolution] { experience.current.latest }

    /// Waits until the last answer to each user is as awaited.
    func wait(
        _ awaited: String,
        within limit: Duration = .seconds(60),
        fileID: String = #fileID,
        line: UInt = #line,
        untilAll isAwaited: @escaping @Sendable (User, Resolution) -> Bool
    ) async throws {
        let count = count
        do {
            try await experience.wait(awaited, within: limit, fileID: fileID, line: line) { experience in
                experience.latest.count == count && experience.latest.allSatisfy(isAwaited)
            }
        } catch let error as DeadlineExceeded {
            let latest = latest
            let others = latest.filter { !isAwaited($0, $1) }
            Issue.record("\(latest.count) of \(count) know the service; not as awaited: \(others)")
            throw error
        }
    }

    // MARK: Using the service

    fileprivate func lookUp(as user: User, with resolver: ServiceResolver) async {
        while !Task.isCancelled {
            do {
                note(try await resolver.resolve(service), by: user)
            } catch {
                if !Task.isCancelled { complain("\(user): \(error)") }
            }
            try? await Task.sleep(for: Self.pace)
        }
    }

    fileprivate func follow(as user: User, with resolver: ServiceResolver, _ mode: ConsulService.UpdateMode) async {
        for await update in resolver.service(ServiceRequest(service), updating: mode).updates { note(update, by: user) }
    }

    private func note(_ resolution: Resolution, by user: User) {
        let missing = constant.subtracting(resolution.authorities)
        experience.update { experience in
            experience.answers += 1
            if missing.isEmpty {
                experience.latest[user] = resolution
            } else if experience.latest[user] != nil {
                experience.complaints.append("\(user): without \(missing.sorted()), \(resolution)")
            }
        }
    }

    private func complain(_ complaint: String) {
        experience.update { $0.complaints.append(complaint) }
    }
}

/// Lets several programs use a service while `body` runs, beginning when all of them know it. Expects that they have no
/// complaints.
///
/// - Parameters:
///   - resolvers: One for each program.
///   - modes: How each of them follows the service, beside looking it up in several tasks.
///   - constant: `address:port` of what is registered all the time.
func withServiceUsers(
    of service: String,
    with resolvers: [ServiceResolver],
    following modes: [ConsulService.UpdateMode],
    constant: Set<String>,
    isolation: isolated (any Actor)? = #isolation,
    sourceLocation: SourceLocation = #_sourceLocation,
    _ body: (ServiceUsers) async throws -> Void
) async throws {
    let lookups = 3
    let count = resolvers.count * (lookups + modes.count)
    let users = ServiceUsers(of: service, constant: constant, count: count)
    var tasks: [Task<Void, Never>] = []
    for (number, resolver) in resolvers.enumerated() {
        for lookup in 1...lookups {
            let user = ServiceUsers.User(description: "program \(number), lookup \(lookup)", looksUp: true)
            tasks.append(Task { await users.lookUp(as: user, with: resolver) })
        }
        for mode in modes {
            let user = ServiceUsers.User(description: "program \(number), \(mode)", looksUp: false)
            tasks.append(Task { await users.follow(as: user, with: resolver, mode) })
        }
    }
    let result: Result<Void, any Error>
    do {
        try await users.wait("every program to know the service") { !$1.isStale }
        result = .success(try await body(users))
    } catch {
        result = .failure(error)
    }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
    let complaints = users.complaints
    #expect(
        complaints.isEmpty,
        "\(complaints.count), of which: \(complaints.prefix(5))",
        sourceLocation: sourceLocation
    )
    try result.get()
}
