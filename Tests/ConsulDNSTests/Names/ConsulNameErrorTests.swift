// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
import Testing

struct ConsulNameErrorTests {
    private func refusal(_ make: () throws -> ConsulName) -> ConsulNameError? {
        do {
            _ = try make()
            return nil
        } catch {
            return error as? ConsulNameError
        }
    }

    @Test func `A refused name is reported with the part, the rule and the remedy`() throws {
        let error = try #require(refusal { try .service("v1.web") })
        #expect(error.code == .containsDot)
        #expect(error.part == .service)
        #expect(
            error.description == """
                service name "v1.web" contains a dot, which DNS takes for the end of a label; \
                use Consul's HTTP API for it
                """
        )
    }

    @Test func `An empty part of a name is refused`() {
        #expect(refusal { try .service("") }?.description == #"service name "" is empty or has an empty part"#)
        #expect(refusal { try .service("web", tag: "") }?.part == .tag)
        for text in [".", "a.", ".a", "a..b"] {
            let error = refusal { try .node(text) }
            #expect(error?.code == .empty)
            #expect(error?.description == "node name \"\(text)\" is empty or has an empty part")
        }
    }

    @Test(arguments: ["wéb", "веб", "web\u{301}", "\u{FF0E}", "🦉"])
    func `A name that is not ASCII is refused`(text: String) {
        let error = refusal { try .service(text) }
        #expect(error?.code == .notASCII)
        #expect(
            error?.description.hasSuffix("is not ASCII, which Consul cannot look up over DNS; use its HTTP API") == true
        )
    }

    @Test(
        arguments: [" ", "'", "@", ";", "(", ")", "\"", "\\", "\u{0}", "\n", "\u{1F}", "\u{7F}"]
    )
    func `A name with a character that Consul's DNS library escapes is refused`(character: String) {
        for text in [character, "a" + character, character + "a"] {
            #expect(refusal { try .service(text) }?.code == .unusableCharacter)
            #expect(refusal { try .service("web", tag: text) }?.code == .unusableCharacter)
        }
    }

    @Test func `A name that is too long for a label is refused`() {
        let text = String(repeating: "a", count: 64)
        #expect(
            refusal { try .service(text) }?.description
                == "service name \"\(text)\" is longer than a DNS label may be (63 bytes, 62 after an underscore)"
        )
        #expect(refusal { try .rfc2782Service(String(text.dropLast())) }?.code == .labelTooLong)
        #expect(refusal { try .preparedQuery("a." + text) }?.part == .query)
    }

    @Test func `A name that is too long as a whole is refused`() {
        let label = String(repeating: "a", count: 63)
        let error = refusal { try .node([label, label, label, label].joined(separator: ".")) }
        #expect(error?.code == .nameTooLong)
        #expect(error?.part == nil)
        #expect(error?.description.hasSuffix("makes a name longer than the 255 bytes that DNS allows") == true)
    }

    @Test
    func `A name that Consul would read as the RFC 2782 form of another service is refused`() {
        // Consul reads `_web._tcp.service.consul` as the service "web", not as the tag "_web" of "_tcp".
        let error = refusal { try .service("_tcp", tag: "_web") }
        #expect(error?.code == .underscores)
        #expect(error?.part == .tag)
        #expect(refusal { try .service("_tcp") } == nil)
        #expect(refusal { try .service("_tcp", tag: "a._web") } == nil)
        #expect(refusal { try .service("tcp", tag: "_web") } == nil)
    }

    @Test
    func `A prepared query that Consul would read as the RFC 2782 form of another one is refused`() {
        // Consul 1.14 and later read `_geo._tcp.query.consul` as the prepared query "geo".
        for text in ["_geo._tcp", "_geo.web._x"] {
            let error = refusal { try .preparedQuery(text) }
            #expect(error?.code == .underscores)
            #expect(error?.part == .query)
            #expect(error?.description.contains("another query (RFC 2782)") == true)
        }
        for text in ["_geo", "_geo.web", "geo._tcp"] {
            #expect(refusal { try .preparedQuery(text) } == nil)
        }
    }
}
