// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ResolverSupport

struct BoundedTableTests {
    @Test func `A bounded table keeps the first value of a key, and drops entries beyond its capacity`() {
        var table = BoundedTable<Int, String>(capacity: 3)
        #expect(table.insert("a", for: 1) == "a")
        #expect(table.insert("b", for: 1) == "a")
        for key in 2...10 { #expect(table.insert("c", for: key) == "c") }
        #expect(table.count == 3)
        #expect(table[10] == "c")
    }
}
