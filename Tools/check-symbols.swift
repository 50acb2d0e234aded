// SPDX-License-Identifier: Apache-2.0

// Lists public symbols without a doc comment, and throwing functions that do not document their errors:
//
//     swift Tools/check-symbols.swift SYMBOL-GRAPH...
//
// Symbol graphs are what the documentation is built from. `scripts/docs` runs this; it ends with status 1 if it lists a
// symbol.

import Foundation

/// The part of a symbol graph that the checks need.
struct SymbolGraph: Decodable {
    struct Symbol: Decodable {
        struct Identifier: Decodable { var precise: String }
        struct Kind: Decodable { var identifier: String }
        struct Text: Decodable {
            struct Line: Decodable { var text: String }
            var lines: [Line]
        }
        struct Fragment: Decodable { var spelling: String }
        struct Location: Decodable {
            struct Position: Decodable { var line: Int }
            var uri: String
            var position: Position
        }

        var identifier: Identifier
        var kind: Kind
        var pathComponents: [String]
        var docComment: Text?
        var declarationFragments: [Fragment]?
        var location: Location?
    }

    struct Module: Decodable { var name: String }

    var module: Module
    var symbols: [Symbol]
}

extension SymbolGraph.Symbol {
    /// True for a symbol that a person has written: no member that the compiler copies from a protocol, and no block
    /// around members of another module's type.
    var isWritten: Bool {
        !identifier.precise.contains("::SYNTHESIZED::") && kind.identifier != "swift.extension"
    }

    /// True if the function itself throws, and not only a closure among its parameters, an error of any type. A type
    /// of errors in the declaration has documentation of its own.
    var throwsAnyError: Bool {
        guard ["method", "init", "func"].contains(where: kind.identifier.contains) else { return false }
        var depth = 0
        var signature = ""
        for character in (declarationFragments ?? []).map(\.spelling).joined() {
            if depth == 0 { signature.append(character) }
            if character == "(" { depth += 1 }
            if character == ")" { depth -= 1 }
        }
        let beforeResult = signature.firstRange(of: "->").map { signature[..<$0.lowerBound] } ?? signature[...]
        return beforeResult.contains("throws") && !beforeResult.contains("throws(")
    }

    /// The fault of the documentation, if there is one.
    var fault: String? {
        guard isWritten else { return nil }
        let documentation = (docComment?.lines ?? []).map(\.text).joined(separator: "\n")
        if documentation.allSatisfy(\.isWhitespace) { return "has no doc comment" }
        return throwsAnyError && !documentation.contains("Throws:") ? "throws, and does not document its errors" : nil
    }

    /// The place in the sources, as compilers print it.
    var place: String {
        guard let location else { return "" }
        return "\(location.uri.replacing("file://", with: "")):\(location.position.line + 1): "
    }
}

var (symbols, faults) = (0, 0)
for path in CommandLine.arguments.dropFirst() {
    let graph = try JSONDecoder().decode(SymbolGraph.self, from: Data(contentsOf: URL(filePath: path)))
    for symbol in graph.symbols where symbol.isWritten {
        symbols += 1
        guard let fault = symbol.fault else { continue }
        faults += 1
        print("\(symbol.place)\(graph.module.name).\(symbol.pathComponents.joined(separator: ".")) \(fault)")
    }
}
print("\(symbols) public symbols, \(faults == 0 ? "all" : "\(symbols - faults)") documented")
exit(symbols > 0 && faults == 0 ? 0 : 1)
