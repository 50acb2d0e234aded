// SPDX-License-Identifier: Apache-2.0

@testable import ResolutionSnapshot

/// Invariants for any bytes, checked by trapping. The damage tests and the fuzzer both run it.
enum SnapshotInvariants {
    static func check(_ bytes: [UInt8]) {
        checkFile(bytes)
        // Random input never has the right checksum, but the code behind the check has to stand it as well.
        checkFile(SnapshotCoder.seal(bytes))
    }

    private static func checkFile(_ bytes: [UInt8]) {
        guard let snapshot = try? SnapshotCoder.decode(bytes) else { return }
        precondition(
            snapshot.writtenAt >= 0 && snapshot.entries.allSatisfy(\.isStorable),
            "invalid content is accepted"
        )
        precondition(snapshot.entries.count <= bytes.count, "there are more entries than bytes")
        guard let copy = try? SnapshotCoder.encode(snapshot) else {
            preconditionFailure("the snapshot cannot be written again")
        }
        precondition((try? SnapshotCoder.decode(copy)) == snapshot, "the copy differs from the snapshot")
        for now in [.min, 0, snapshot.writtenAt, .max] as [Int64] {
            let answers = (try? snapshot.answers(noOlderThan: .seconds(Int64.max), at: now)) ?? [:]
            precondition(answers.values.allSatisfy { $0.age >= .zero && !$0.endpoints.isEmpty }, "an answer is invalid")
        }
    }
}
