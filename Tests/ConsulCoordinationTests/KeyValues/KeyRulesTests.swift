// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulCoordination

struct KeyRulesTests {
    @Test(arguments: ["a", "a/b", "a/", "a.b/..c", "...", "sp ace", "ü/日本", "q?x=1&y", "100%", "a:b", ".hidden/x"])
    func `A key that Consul can read back is accepted`(key: String) throws {
        try KeyRules.check(key)
    }

    @Test(arguments: ["", "/a", "/", "a//b", "a//", "//", ".", "..", "a/..", "a/./b", "../a", "a\0b", "/\u{301}a"])
    func `A key that Consul cannot read back is an invalid argument`(key: String) {
        let error = #expect(throws: CoordinationError.self) { try KeyRules.check(key) }
        #expect(error?.code == .invalidArgument)
    }

    @Test func `The empty text is the beginning of all keys, but no key`() throws {
        try KeyRules.check(prefix: "")
        #expect(throws: CoordinationError.self) { try KeyRules.check("") }
        #expect(throws: CoordinationError.self) { try KeyRules.check(prefix: "/a") }
    }

    @Test(arguments: ["a", "A-z_0,9/x.json", "service/web/leader", "a/.lock", "q?x=1&y"])
    func `A key of plain characters is portable`(key: String) {
        #expect(KeyRules.isPortable(key))
    }

    @Test(arguments: ["", "/a", "sp ace", "100%", "a:b", "a..b", "ü", "a//b", "a*", " a"])
    func `A key that some version of Consul refuses is not portable`(key: String) {
        #expect(!KeyRules.isPortable(key))
    }
}
