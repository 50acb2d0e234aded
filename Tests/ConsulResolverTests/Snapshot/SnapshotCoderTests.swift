// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress
import ResolverSupport
import TestSupport
import Testing

@testable import ConsulResolver
@testable import ResolutionSnapshot

struct SnapshotCoderTests {
    @Test func `Snapshots are read as they were written, with any content`() throws {
        var generator = SeededGenerator(seed: 11)
        for count in 0..<200 {
            let snapshot = Snapshot.random(entries: count % 7, using: &generator)
            let bytes = try SnapshotCoder.encode(snapshot)
            #expect(try SnapshotCoder.decode(bytes) == snapshot)
            #expect(try SnapshotCoder.encode(SnapshotCoder.decode(bytes)) == bytes)
        }
    }

    /// Put together by hand from the description of the format, since files outlive the release that wrote them.
    @Test func `Snapshots have the format of version 1`() throws {
        var bytes = Array("SCRSNAP\0".utf8)
        bytes += [1, 0, 60, 0, 0, 0]
        bytes += [0x00, 0xf1, 0x53, 0x65, 0, 0, 0, 0] + [1, 0, 0, 0]
        bytes += [0] + [3, 0, 0, 0] + Array("web".utf8) + [0, 0, 0, 0] + [0, 0, 0, 0, 0, 0] + [0, 0, 0, 0]
        bytes += [0x00, 0xf1, 0x53, 0x65, 0, 0, 0, 0] + [1] + [1, 0, 0, 0]
        bytes += [4, 1, 0, 0, 10] + [0x90, 0x1f, 1, 0, 1, 0] + [0, 0]
        bytes += [0x3e, 0x3a, 0x0a, 0x70]
        #expect(try SnapshotCoder.encode(.sample()) == bytes)
        #expect(try SnapshotCoder.decode(bytes) == .sample())
    }

    @Test func `Snapshots leave out entries that could not be read back, and keep the others`() throws {
        var snapshot = Snapshot.sample()
        let good = snapshot.entries[0]
        var nameless = good
        nameless.request.name = ""
        var empty = good
        empty.endpoints = []
        var misnamed = good
        misnamed.endpoints.append(Endpoint(host: .name("not a name"), port: 1))
        var mistyped = good
        mistyped.endpoints.append(Endpoint(host: .name("10.0.0.1"), port: 1))
        var early = good
        early.givenAt = -1
        snapshot.entries = [nameless, empty, good, misnamed, mistyped, early]
        #expect(try SnapshotCoder.decode(SnapshotCoder.encode(snapshot)).entries == [good])
    }

    @Test func `Snapshots do not contain the results of probes`() throws {
        var snapshot = Snapshot.sample()
        snapshot.entries[0].endpoints[0].probe = .down
        #expect(try SnapshotCoder.decode(SnapshotCoder.encode(snapshot)) == .sample())
    }

    @Test func `Snapshots know every status`() {
        #expect(Set(SnapshotTables.statuses) == Set(Endpoint.Status.allCases))
    }

    @Test func `Snapshots have the same limits for reading and writing`() throws {
        var snapshot = Snapshot.sample()
        snapshot.entries = Array(repeating: snapshot.entries[0], count: SnapshotLimits.entries + 1)
        expect(.tooLarge) { try SnapshotCoder.encode(snapshot) }

        snapshot = .sample()
        let endpoint = snapshot.entries[0].endpoints[0]
        snapshot.entries[0].endpoints = Array(repeating: endpoint, count: SnapshotLimits.endpoints + 1)
        expect(.tooLarge) { try SnapshotCoder.encode(snapshot) }

        snapshot = .sample()
        snapshot.entries[0].request.filter = String(repeating: "x", count: SnapshotLimits.bytes)
        expect(.tooLarge) { try SnapshotCoder.encode(snapshot) }
        expect(.tooLarge) { try SnapshotCoder.decode([UInt8](repeating: 0, count: SnapshotLimits.bytes + 1)) }
    }

    private func expect<Output>(_ code: PrivateFileError.Code, _ body: () throws -> Output) {
        let error = #expect(throws: PrivateFileError.self) { try body() }
        #expect(error?.code == code)
    }
}
