// SPDX-License-Identifier: Apache-2.0

import ResolverSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSnapshot

struct SnapshotAnswersTests {
    let day = Duration.seconds(86_400)
    let time = Snapshot.sampleTime

    @Test func `An answer of a snapshot has its present age`() throws {
        let answers = try Snapshot.sample().answers(noOlderThan: day, at: time + 60)
        let answer = try #require(answers[ServiceRequest("web")])
        #expect(answer.age == .seconds(60))
        #expect(answer.givenAt == time)
        #expect(answer.isComplete)
        #expect(answer.endpoints == Snapshot.sample().entries[0].endpoints)
        #expect(answers.count == 1)
    }

    @Test func `An answer of a snapshot is refused if it is older than the limit`() throws {
        #expect(try Snapshot.sample().answers(noOlderThan: day, at: time + 86_400).count == 1)
        let error = #expect(throws: PrivateFileError.self) {
            try Snapshot.sample().answers(noOlderThan: day, at: time + 86_401)
        }
        #expect(error?.code == .tooOld)
    }

    @Test func `An answer of a snapshot does not become younger when it is written again`() throws {
        var snapshot = Snapshot.sample()
        snapshot.entries.append(.sample("db", givenAt: time - 90_000))
        #expect(try snapshot.answers(noOlderThan: day, at: time).keys.map(\.name) == ["web"])
    }

    @Test
    func `An answer of a snapshot may be at most five minutes in the future, as clocks differ`() throws {
        let slightly = try Snapshot.sample().answers(noOlderThan: day, at: time - 300)
        #expect(slightly[ServiceRequest("web")]?.age == .zero)
        let error = #expect(throws: PrivateFileError.self) {
            try Snapshot.sample().answers(noOlderThan: day, at: time - 301)
        }
        #expect(error?.code == .damaged)
        var snapshot = Snapshot.sample()
        snapshot.entries.append(.sample("db", givenAt: time + 301))
        #expect(try snapshot.answers(noOlderThan: day, at: time).keys.map(\.name) == ["web"])
    }

    @Test func `An answer of a snapshot is the youngest of several for the same request`() throws {
        var snapshot = Snapshot.sample()
        snapshot.entries = [
            .sample(port: 1, givenAt: time - 9), .sample(port: 2, givenAt: time - 5),
            .sample(port: 3, givenAt: time - 7),
        ]
        let answers = try snapshot.answers(noOlderThan: day, at: time)
        #expect(answers[ServiceRequest("web")]?.endpoints.map(\.port) == [2])
    }
}
