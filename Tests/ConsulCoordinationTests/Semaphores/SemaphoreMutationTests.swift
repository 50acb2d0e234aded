// SPDX-License-Identifier: Apache-2.0

import TestSupport
import Testing

struct SemaphoreMutationTests {
    static let originals = [
        #"{"Limit":2,"Holders":{"a1":true,"b2":false}}"#,
        #" { "Holders" : null, "Other": [1, {"x": -1.5e3}], "Limit" : 9223372036854775807 } "#,
        #"""
        [{"Key":"s/.lock","Value":"eyJMaW1pdCI6MiwiSG9sZGVycyI6eyJhMSI6dHJ1ZSwiYjIiOnRydWV9fQ==",
        "Flags":16210313421097356768,"ModifyIndex":7},{"Key":"s/a1","Value":null,"Session":"a1"}]
        """#,
    ]

    @Test(arguments: originals.indices)
    func `Damaged values of a semaphore's key never trap, and are not read as another record`(index: Int) {
        let original = Array(Self.originals[index].utf8)
        SemaphoreInvariants.check(original)
        var generator = SeededGenerator(seed: UInt64(index))
        for _ in 0..<2000 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                guard let index = bytes.indices.randomElement(using: &generator) else { break }
                switch Int.random(in: 0...4, using: &generator) {
                case 0: bytes[index] = .random(in: 0...255, using: &generator)
                case 1: bytes[index] = Array(#"{}[]",:0-\"#.utf8).randomElement(using: &generator) ?? 0
                case 2: bytes.remove(at: index)
                case 3: bytes.insert(bytes[index], at: index)
                default: bytes.insert(contentsOf: bytes[..<index], at: index)
                }
            }
            SemaphoreInvariants.check(bytes)
        }
    }
}
