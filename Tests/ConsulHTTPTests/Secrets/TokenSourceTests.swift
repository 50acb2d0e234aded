// SPDX-License-Identifier: Apache-2.0

import Foundation
import Testing

@testable import ConsulHTTP

struct TokenSourceTests {
    private func withFile(_ content: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID().uuidString)").path
        try Data(content.utf8).write(to: URL(fileURLWithPath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    private func expectUnavailable(_ source: TokenSource, isRetryable: Bool) async throws {
        let error = await #expect(throws: ConsulHTTPError.self) { try await source.token() }
        #expect(error?.code == .tokenUnavailable)
        #expect(error?.isRetryable == isRetryable)
        #expect(error?.message.contains("hunter2") == false)
    }

    @Test func `A value, a file and a closure provide a token`() async throws {
        #expect(try await TokenSource.none.token() == nil)
        #expect(try await TokenSource.value("t").token() == Secret("t"))
        #expect(try await TokenSource.provider { "t" }.token() == Secret("t"))
        try await withFile(" \tt\r\n") { path in
            let token = try await TokenSource.file(path).token()
            #expect(token == Secret("t"))
        }
    }

    @Test func `A token file is read again for every token`() async throws {
        try await withFile("old") { path in
            let source = TokenSource.file(path)
            let old = try await source.token()
            #expect(old == Secret("old"))
            try Data("new".utf8).write(to: URL(fileURLWithPath: path), options: .atomic)
            let new = try await source.token()
            #expect(new == Secret("new"))
        }
    }

    @Test func `An unreadable token file is reported before the first request`() async throws {
        let error = #expect(throws: ConsulHTTPError.self) { try TokenSource.file("/nowhere/token").checkFile() }
        #expect(error?.code == .tokenUnavailable)
        #expect(error?.message.contains("/nowhere/token") == true)
        #expect(throws: ConsulHTTPError.self) { try TokenSource.file("/dev/null").checkFile() }
        try await withFile(" ") { path in
            #expect(throws: ConsulHTTPError.self) { try TokenSource.file(path).checkFile() }
        }
        try await withFile("t") { path in try TokenSource.file(path).checkFile() }
        for source in [TokenSource.none, .value("t"), .provider { throw CancellationError() }] {
            try source.checkFile()
        }
    }

    @Test func `An unavailable token fails the request and does not send it without a token`() async throws {
        try await expectUnavailable(.value(""), isRetryable: false)
        try await expectUnavailable(.value("hunter2\r\nX: y"), isRetryable: false)
        try await expectUnavailable(
            .provider { throw ConfigurationError(setting: "", message: "hunter2") },
            isRetryable: false
        )
        try await expectUnavailable(.file("/nowhere/token"), isRetryable: true)
        try await expectUnavailable(.file("/dev/zero"), isRetryable: true)
        try await expectUnavailable(.file("/"), isRetryable: true)
        try await withFile("\n") { try await expectUnavailable(.file($0), isRetryable: true) }
        try await withFile("hunter2 hunter2") { try await expectUnavailable(.file($0), isRetryable: true) }
        try await withFile(String(repeating: "hunter2", count: 10_000)) {
            try await expectUnavailable(.file($0), isRetryable: true)
        }
    }

    @Test func `A canceled token closure throws a cancellation error`() async {
        await #expect(throws: CancellationError.self) {
            try await TokenSource.provider { throw CancellationError() }.token()
        }
    }
}
