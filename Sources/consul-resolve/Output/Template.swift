// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulHTTP

/// A mustache template (https://mustache.github.io/mustache.5.html) for the JSON form of a result.
///
/// It has variables, sections, inverted sections and comments. Text is not escaped, since the result is no HTML. The
/// package swift-mustache renders more, but links all of Foundation: 50 MB, where this program has 30.
struct Template: Sendable {
    private enum Part: Sendable {
        case text(String)
        case variable(Path)
        indirect case section(Path, isInverted: Bool, [Part])
    }

    /// A name with dots: each part is a member of the value before it. Empty for the value itself, which is written as
    /// a dot.
    private typealias Path = [String]

    private let parts: [Part]

    /// Parses a template.
    ///
    /// - Throws: `ValidationError` for a section that does not end, and for a tag of mustache that is not supported.
    static func parse(_ text: String) throws -> Template {
        var scanner = try Scanner(text)
        return Template(parts: try scanner.parts(of: nil))
    }

    /// Returns the text for a document. A value that the document does not have, and `null`, are empty.
    func render(_ document: JSON) -> String {
        var text = ""
        Self.render(parts, [document], into: &text)
        return text
    }

    // MARK: Rendering

    /// - Parameter values: The values in which a name is looked up, the innermost last.
    private static func render(_ parts: [Part], _ values: [JSON], into text: inout String) {
        for part in parts {
            switch part {
            case .text(let literal): text += literal
            case .variable(let path): text += value(path, values).text
            case .section(let path, let isInverted, let inner):
                let value = value(path, values)
                if isInverted {
                    if value.isAbsent { render(inner, values, into: &text) }
                } else if case .array(let elements) = value {
                    for element in elements { render(inner, values + [element], into: &text) }
                } else if !value.isAbsent {
                    render(inner, values + [value], into: &text)
                }
            }
        }
    }

    /// Returns the value of a name: the first part is looked up from the innermost value outward.
    private static func value(_ path: Path, _ values: [JSON]) -> JSON {
        guard let first = path.first else { return values.last ?? .null }
        let found = values.reversed().lazy.compactMap { $0.member(first) }.first ?? .null
        return path.dropFirst().reduce(found) { $0.member($1) ?? .null }
    }
}

extension Template {
    // MARK: Options

    static let help = ArgumentHelp(
        "A mustache template for the JSON form, in place of --format.",
        valueName: "template"
    )

    /// The part of the help that explains templates.
    static let explanation = """
        --template prints a mustache template, with the members of --format json as its values: {{name}} for a value, \
        {{#name}}…{{/name}} for each element of a list or for a value that is there, {{^name}}…{{/name}} without it. \
        Text is not escaped.
        """

    /// - Throws: `ValidationError` for a template in addition to a format.
    static func check(_ template: Template?, _ format: EndpointFormat?) throws {
        guard template != nil, format != nil else { return }
        throw ValidationError("--template replaces --format; leave one of them out")
    }
}

extension Terminal {
    /// Writes a document: as JSON, or as the text of a template. A line break follows a text that does not end with one.
    /// An empty text is not written.
    ///
    /// - Throws: ``ExitStatus/outputFailed``.
    static func output(_ document: JSON, by template: Template?) throws {
        guard let template else { return try output(document.description) }
        let text = template.render(document)
        if !text.isEmpty { try output(text.last == "\n" ? String(text.dropLast()) : text) }
    }
}

extension JSON {
    /// True if a section for the value is left out.
    fileprivate var isAbsent: Bool {
        switch self {
        case .null, .bool(false): true
        case .array(let elements): elements.isEmpty
        default: false
        }
    }

    /// The text of the value in a template: that of a string without quotes.
    fileprivate var text: String {
        switch self {
        case .null: ""
        case .string(let text): text
        default: description
        }
    }

    fileprivate func member(_ name: String) -> JSON? {
        guard case .object(let members) = self else { return nil }
        return members.list.first { $0.key == name }?.value
    }
}

extension Template {
    /// Splits a template into its tags and the text between them.
    private struct Scanner {
        private enum Token {
            case text(Substring)
            /// The sort of the tag, a space for a variable, and its content.
            case tag(Character, String)

            /// True if a line with this tag alone does not appear in the output.
            var isStructure: Bool {
                if case .tag(let sort, _) = self { "#^/!".contains(sort) } else { false }
            }
        }

        private var tokens: ArraySlice<Token>

        init(_ text: String) throws {
            var tokens: [Token] = []
            var rest = text[...]
            while let start = rest.firstRange(of: "{{") {
                tokens.append(.text(rest[..<start.lowerBound]))
                rest = rest[start.upperBound...]
                let isTriple = rest.first == "{"
                guard let end = rest.firstRange(of: isTriple ? "}}}" : "}}") else {
                    throw ValidationError("the tag {{\(rest.prefix(20)) does not end")
                }
                tokens.append(try Self.tag(isTriple ? rest[..<end.lowerBound].dropFirst() : rest[..<end.lowerBound]))
                rest = rest[end.upperBound...]
            }
            tokens.append(.text(rest))
            self.tokens = Self.withoutStructureLines(tokens)[...]
        }

        private static func tag(_ content: Substring) throws -> Token {
            let sort = content.first ?? " "
            switch sort {
            case "#", "^", "/", "!": return .tag(sort, trimmed(content.dropFirst()))
            // Not escaped, as all text here.
            case "&": return .tag(" ", trimmed(content.dropFirst()))
            case ">", "=", "<", "$":
                throw ValidationError("{{\(content)}}: partials and other delimiters are not supported")
            default: return .tag(" ", trimmed(content))
            }
        }

        private static func trimmed(_ text: Substring) -> String {
            String(text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
        }

        /// Removes the rest of each line that has a section's tag or a comment, and nothing else.
        private static func withoutStructureLines(_ tokens: [Token]) -> [Token] {
            // Texts and tags alternate, and a text is first and last.
            var texts = tokens.map { if case .text(let text) = $0 { text } else { Substring() } }
            let originals = texts
            for index in tokens.indices where tokens[index].isStructure {
                let (before, after) = (originals[index - 1], originals[index + 1])
                let lineStart = before.lastIndex(where: \.isNewline).map { before.index(after: $0) }
                let lineEnd = after.firstIndex(where: \.isNewline).map { after.index(after: $0) }
                guard lineStart != nil || index == 1, lineEnd != nil || index == tokens.count - 2 else { continue }
                guard before[(lineStart ?? before.startIndex)...].allSatisfy(\.isWhitespace),
                    after[..<(lineEnd ?? after.endIndex)].allSatisfy(\.isWhitespace)
                else { continue }
                texts[index - 1] = texts[index - 1][..<(lineStart ?? before.startIndex)]
                texts[index + 1] = texts[index + 1][(lineEnd ?? after.endIndex)...]
            }
            return tokens.indices.map { if case .text = tokens[$0] { .text(texts[$0]) } else { tokens[$0] } }
        }

        /// Returns the parts up to the end of a section.
        ///
        /// - Parameter section: The name of the section; `nil` for the whole template.
        mutating func parts(of section: String?) throws -> [Part] {
            var parts: [Part] = []
            while let token = tokens.popFirst() {
                switch token {
                case .text(let text): if !text.isEmpty { parts.append(.text(String(text))) }
                case .tag("!", _): break
                case .tag("/", let name):
                    if name == section { return parts }
                    throw ValidationError(
                        "{{/\(name)}} ends no section" + (section.map { "; {{#\($0)}} is open" } ?? "")
                    )
                case .tag(let sort, let name):
                    let path = try Self.path(name)
                    if sort == " " {
                        parts.append(.variable(path))
                    } else {
                        parts.append(.section(path, isInverted: sort == "^", try self.parts(of: name)))
                    }
                }
            }
            if let section { throw ValidationError("the section {{#\(section)}} does not end") }
            return parts
        }

        private static func path(_ name: String) throws -> Path {
            if name == "." { return [] }
            let path = name.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
            guard !path.contains(where: \.isEmpty), !name.contains(where: \.isWhitespace) else {
                throw ValidationError("{{\(name)}}: write a name")
            }
            return path
        }
    }
}
