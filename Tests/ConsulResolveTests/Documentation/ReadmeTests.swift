// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

struct ReadmeTests {
    private static let root = URL(filePath: #filePath).appending(path: "../../../..").standardized

    private static func text(of path: String) throws -> String {
        try String(contentsOf: root.appending(path: path), encoding: .utf8)
    }

    @Test func `The README shows the compiled example line by line`() throws {
        let example = try Self.text(of: "examples/QuickStart/main.swift")
            .split(separator: "\n", omittingEmptySubsequences: false)
            .drop { $0.hasPrefix("//") }
            .joined(separator: "\n")
            .trimmingCharacters(in: .newlines)
        #expect(example.contains("resolve("))
        #expect(try Self.text(of: "README.md").contains("```swift\n\(example)\n```"))
    }

    // MARK: Links and options

    private static let pages = ["README.md", "docs/guide.md", "docs/coordination.md", "docs/command-line.md"]

    @Test(arguments: pages)
    func `Every relative link of a page leads to a file`(page: String) throws {
        let folder = Self.root.appending(path: page).deletingLastPathComponent()
        let targets = try Self.text(of: page).matches(of: #/\]\((?<target>[^)]+)\)/#).map { String($0.target) }
            .filter { !$0.hasPrefix("http") }
        #expect(!targets.isEmpty)
        for target in targets {
            // A link within the page has an anchor alone.
            let path = target.prefix { $0 != "#" }
            let file = path.isEmpty ? Self.root.appending(path: page) : folder.appending(path: String(path))
            #expect(FileManager.default.fileExists(atPath: file.path), "\(target)")
        }
    }

    @Test(arguments: ["README.md", "docs/command-line.md"])
    func `The pages name only options that the command line has`(page: String) async throws {
        var help = ""
        let commands = [
            "lookup", "watch", "pick", "exec", "doctor", "query", "bench", "lock", "env", "register", "kv get",
            "kv put",
            "kv delete", "kv list", "event fire", "event watch",
        ]
        for command in commands {
            help += try await CommandLineTool.run(command.split(separator: " ").map(String.init) + ["--help"]).output
        }
        let known = Set(help.matches(of: #/--[a-z][a-z-]+/#).map(\.output))
        let named = Set(try Self.text(of: page).matches(of: #/--[a-z][a-z-]+/#).map(\.output))
        #expect(named.count >= 3)
        #expect(named.subtracting(known).isEmpty, "\(named.subtracting(known))")
    }

    // MARK: Articles

    /// The articles and landing pages of all catalogues, with their paths.
    private static let articles: [String] = {
        let sources = root.appending(path: "Sources")
        let modules = (try? FileManager.default.contentsOfDirectory(atPath: sources.path)) ?? []
        return modules.sorted().flatMap { module in
            let catalogue = "Sources/\(module)/Documentation.docc"
            let folder = root.appending(path: catalogue).path
            let pages = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            return pages.filter { $0.hasSuffix(".md") }.sorted().map { "\(catalogue)/\($0)" }
        }
    }()

    @Test func `There is a catalogue with a landing page for each library`() throws {
        let manifest = try Self.text(of: "Package.swift")
        let libraries = manifest.matches(of: #/\.library\(name: "(?<name>\w+)"/#).map { String($0.name) }
        #expect(libraries.count >= 6)
        for name in libraries { #expect(Self.articles.contains("Sources/\(name)/Documentation.docc/\(name).md")) }
        let documented = try Self.text(of: "scripts/docs")
        for name in libraries { #expect(documented.contains(" \(name)"), "scripts/docs does not build \(name)") }
    }

    @Test(arguments: articles)
    func `The code of an article is a snippet, which the build compiles, or part of a manifest`(page: String) throws {
        let text = try Self.text(of: page)
        let blocks = text.matches(of: #/```swift\n(?<code>(?s).*?)```/#).map { String($0.code) }
        for block in blocks { #expect(block.hasPrefix(".package"), "move it to Snippets/: \(block)") }
        let snippets = text.matches(
            of: #/@Snippet\(path: "swift-consul-resolver/(?<path>Snippets/\w+)", slice: "(?<slice>\w+)"\)/#
        )
        #expect(snippets.count == text.matches(of: #/@Snippet/#).count)
        for snippet in snippets {
            #expect(try Self.text(of: "\(snippet.path).swift").contains("// snippet.\(snippet.slice)\n"))
        }
    }

    // MARK: The other examples

    /// All examples of Swift code in the pages except those for a package manifest or for a trait, which this build may
    /// not have. An example without imports has that of its page's module.
    private static let programs: [String] = pages.flatMap { page in
        let module = page == "docs/coordination.md" ? "ConsulCoordination" : "ConsulResolver"
        return ((try? text(of: page)) ?? "").matches(of: #/```swift\n(?<code>(?s).*?)```/#).map { String($0.code) }
            .filter { !$0.hasPrefix(".") && !$0.contains("import Configuration\n") }
            .map { $0.hasPrefix("import") ? $0 : "import \(module)\n\($0)" }
    }

    /// Declarations that the examples use without introducing them.
    private static let surroundings = [
        "resolver": "let resolver = try! ServiceResolver()",
        "client": "struct Client { func get(_ url: String) async throws -> String { url } }\nlet client = Client()",
        "logger": "struct Log { func warning(_ text: String) {} }\nlet logger = Log()",
        "connect": "func connect(to endpoint: Endpoint) {}",
        "use": "func use(_ endpoints: [Endpoint]) {}",
        "consul": "let consul = try! ConsulHTTPClient()",
        "makeReport": "func makeReport() async throws -> [UInt8] { [] }",
    ]

    @Test func `The pages have several examples`() {
        #expect(Self.programs.count >= 20)
        #expect(Self.programs.contains { $0.contains("lease.finish") })
        #expect(Self.programs.contains { $0.contains("fencingToken") })
    }

    /// Compiles up to the passes that check consumption: type checking alone does not cover that.
    @Test(arguments: programs)
    func `The examples of the pages compile when they are pasted into main.swift`(program: String) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let words = Set(program.split { !$0.isLetter })
        let surroundings = Self.surroundings.filter { name, _ in
            words.contains(Substring(name)) && !program.contains("let \(name) =")
        }
        let imports = ["import ConsulCoordination", "import ConsulResolver"]
        let declarations = (imports + surroundings.values).joined(separator: "\n")
        for (file, code) in ["main": program, "surroundings": declarations] {
            try code.write(to: directory.appending(path: "\(file).swift"), atomically: true, encoding: .utf8)
        }
        let outcome = try await CommandLineTool.shell(
            """
            cd "$(dirname "$TOOL")"
            for map in *.build/module.modulemap ../../checkouts/*/Sources/*/include/module.modulemap \
                '\(Self.root.path)'/Sources/{*,*/include}/module.modulemap; do
                [ ! -f "$map" ] || maps+=(-Xcc "-fmodule-map-file=$map")
            done
            swiftc -swift-version 6 -module-name Example -I Modules -module-cache-path ModuleCache "${maps[@]}" \
                -wmo -emit-sil -o /dev/null '\(directory.path)'/*.swift
            """
        )
        #expect(outcome.status == 0, "\(outcome.errors)")
    }
}
