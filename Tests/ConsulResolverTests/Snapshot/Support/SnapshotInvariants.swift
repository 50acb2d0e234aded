// SPDX-License-Identifier: Apache-2.0

@testable import ConsulResolver

/// What must hold for any bytes whatever, checked by trapping: the damage tests and the fuzzer both run it.
enum SnapshotInvariants {
    static func check(_ bytes: [UInt8]) {
        checkFile(bytes)
        // No input that is made up has the right checksum; what is behind it has to stand noise all the same.
        checkFile(SnapshotCoder.seal(bytes))
    }

    private static func checkFile(_ bytes: [UInt8]) {
        guard let snapshot = try? SnapshotCoder.decode(bytes) else { return }
        precondition(snapshot.writtenAt >= 0 && snapshot.entries.allSatisfy(\.isStorable), "nonsense is accepted")
        precondition(snapshot.entries.count <= bytes.count, "more than there are bytes for")
        guard let copy = try? SnapshotCoder.encode(snapshot) else { preconditionFailure("cannot be written again") }
        precondition((try? SnapshotCoder.decode(copy)) == snapshot, "is read as another")
        for now in [.min, 0, snapshot.writtenAt, .max] as [Int64] {
            let answers = (try? snapshot.answers(noOlderThan: .seconds(Int64.max), at: now)) ?? [:]
            precondition(answers.values.allSatisfy { $0.age >= .zero && !$0.endpoints.isEmpty }, "a senseless answer")
        }
    }
}
