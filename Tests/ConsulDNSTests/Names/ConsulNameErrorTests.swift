// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import Testing

@Suite("A name that DNS cannot carry")
struct ConsulNameErrorTests {
    private func refusal(_ make: () throws -> ConsulName) -> ConsulNameError? {
        do {
            _ = try make()
            return nil
        } catch {
            return error as? ConsulNameError
        }
    }

    @Test("is refused with the part, the rule and what to do")
    func message() throws {
        let error = try #require(refusal { try .service("v1.web") })
        #expect(error.code == .containsDot)
        #expect(error.part == .service)
        #expect(
            error.description == """
                service name "v1.web" contains a dot, which DNS takes for the end of a label; use Consul's HTTP API for it
                """
        )
    }

    @Test("is empty")
    func empty() {
        #expect(refusal { try .service("") }?.description == #"service name "" is empty or has an empty part"#)
        #expect(refusal { try .service("web", tag: "") }?.part == .tag)
        for text in [".", "a.", ".a", "a..b"] {
            let error = refusal { try .node(text) }
            #expect(error?.code == .empty)
            #expect(error?.description == "node name \"\(text)\" is empty or has an empty part")
        }
    }

    @Test("is not ASCII", arguments: ["wéb", "веб", "web\u{301}", "\u{FF0E}", "🦉"])
    func notASCII(text: String) {
        let error = refusal { try .service(text) }
        #expect(error?.code == .notASCII)
        #expect(
            error?.description.hasSuffix("is not ASCII, which Consul cannot look up over DNS; use its HTTP API") == true
        )
    }

    @Test(
        "has a character that Consul's DNS library escapes",
        arguments: [" ", "'", "@", ";", "(", ")", "\"", "\\", "\u{0}", "\n", "\u{1F}", "\u{7F}"]
    )
    func unusable(character: String) {
        for text in [character, "a" + character, character + "a"] {
            #expect(refusal { try .service(text) }?.code == .unusableCharacter)
            #expect(refusal { try .service("web", tag: text) }?.code == .unusableCharacter)
        }
    }

    @Test("is too long for a label")
    func labelTooLong() {
        let text = String(repeating: "a", count: 64)
        #expect(
            refusal { try .service(text) }?.description
                == "service name \"\(text)\" is longer than a DNS label may be (63 bytes, 62 after an underscore)"
        )
        #expect(refusal { try .rfc2782Service(String(text.dropLast())) }?.code == .labelTooLong)
        #expect(refusal { try .preparedQuery("a." + text) }?.part == .query)
    }

    @Test("is too long altogether")
    func nameTooLong() {
        let label = String(repeating: "a", count: 63)
        let error = refusal { try .node([label, label, label, label].joined(separator: ".")) }
        #expect(error?.code == .nameTooLong)
        #expect(error?.part == nil)
        #expect(error?.description.hasSuffix("makes a name longer than the 255 bytes that DNS allows") == true)
    }

    @Test("would be read as the form of RFC 2782, which names another service")
    func underscores() {
        // Consul takes `_web._tcp.service.consul` for the service "web", not for the tag "_web" of "_tcp".
        let error = refusal { try .service("_tcp", tag: "_web") }
        #expect(error?.code == .underscores)
        #expect(error?.part == .tag)
        #expect(refusal { try .service("_tcp") } == nil)
        #expect(refusal { try .service("_tcp", tag: "a._web") } == nil)
        #expect(refusal { try .service("tcp", tag: "_web") } == nil)
    }
}
