// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import consul_resolve

struct TemplateTests {
    private static let document: JSON = .object([
        "name": "web", "count": 2, "empty": .array([]), "nothing": nil, "on": true, "off": false, "html": "<a & b>",
        "inner": .object(["name": "inner", "deep": .object(["x": 1])]),
        "list": .array([.object(["address": "10.0.0.1", "port": 80]), .object(["address": "::1", "port": 81])]),
        "words": .array(["a", "b"]),
    ])

    @Test(
        arguments: [
            ("", ""), ("plain } text {", "plain } text {"), ("{{name}} has {{ count }}", "web has 2"),
            ("{{{html}}}{{&html}}{{html}}", "<a & b><a & b><a & b>"), ("[{{missing}}{{nothing}}{{name.x}}]", "[]"),
            ("{{inner.deep.x}}", "1"), ("{{#inner}}{{name}} {{count}}{{/inner}}", "inner 2"),
            ("{{#list}}{{address}}:{{port}} of {{name}};{{/list}}", "10.0.0.1:80 of web;::1:81 of web;"),
            ("{{#words}}{{.}}{{/words}}", "ab"), ("{{#on}}1{{/on}}{{#off}}2{{/off}}{{^off}}3{{/off}}", "13"),
            ("{{#empty}}1{{/empty}}{{^empty}}2{{/empty}}{{^nothing}}3{{/nothing}}{{^name}}4{{/name}}", "23"),
            ("a{{! a comment }}b", "ab"), ("{{#inner}}{{#deep}}{{x}}{{/deep}}{{/inner}}", "1"),
            ("{{words}}", #"["a","b"]"#), ("{{^missing.a}}x{{/missing.a}}", "x"),
        ]
    )
    func `A template renders the values of a document`(template: String, text: String) throws {
        #expect(try Template.parse(template).render(Self.document) == text)
    }

    @Test(
        arguments: [
            ("a\n{{#words}}\n- {{.}}\n{{/words}}\nb\n", "a\n- a\n- b\nb\n"), ("{{! c }}\nx", "x"),
            ("x\n  {{! c }}  ", "x\n"),
            ("x {{! c }}\ny", "x \ny"), ("{{name}}\n{{#on}} {{/on}}\n", "web\n \n"),
            ("{{#on}}\r\n1\r\n{{/on}}\r\n", "1\r\n"),
        ]
    )
    func `A line with nothing but a section's tag or a comment is left out`(template: String, text: String) throws {
        #expect(try Template.parse(template).render(Self.document) == text)
    }

    @Test(
        arguments: [
            ("{{name", "does not end"), ("{{{name}}", "does not end"), ("{{#list}}", "{{#list}} does not end"),
            ("{{#a}}{{/b}}", "{{#a}} is open"), ("{{/b}}", "ends no section"), ("{{>part}}", "not supported"),
            ("{{=<% %>=}}", "not supported"), ("{{}}", "write a name"), ("{{a..b}}", "write a name"),
            ("{{a b}}", "write a name"),
        ]
    )
    func `A template that cannot be read is rejected with a reason`(template: String, reason: String) {
        let error = #expect(throws: (any Error).self) { try Template.parse(template) }
        #expect(error.map { "\($0)" }?.contains(reason) == true)
    }
}
