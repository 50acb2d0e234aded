// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulHTTP

struct ResponseClassifierTests {
    private func error(_ status: Int, _ text: String, isRead: Bool = true) -> ConsulHTTPError {
        ResponseClassifier(subject: "GET /v1/x", isRead: isRead, secrets: [Secret("hunter2"), Secret("r"), Secret("")])
            .error(status: status, body: Array(text.utf8))
    }

    @Test(
        arguments: [
            (403, "ACL not found", .denied, false), (401, "ACL support disabled", .denied, false),
            (404, "", .notFound, false), (400, "Missing service name", .badRequest, false),
            (413, "Value is too large", .badRequest, false), (429, "Too many requests", .tooManyConnections, true),
            (301, "Moved Permanently", .unexpectedStatus, false), (204, "", .unexpectedStatus, false),
            (405, "method not allowed", .unexpectedStatus, false), (503, "", .serverError, true),
            (500, "No cluster leader", .noLeader, true), (500, "No known Consul servers", .noLeader, true),
            (500, "rpc error making call: No cluster leader", .noLeader, true),
            (500, "No path to datacenter", .noSuchDatacenter, false),
            (500, "rpc error making call: No path to datacenter", .noSuchDatacenter, false),
            (500, "rpc error making call: EOF", .serverError, true),
            (500, "rpc error making call: Permission denied", .denied, false),
            (500, "Failed to create boolean expression evaluator: 1:1", .badRequest, false),
            (500, "something new", .serverError, true), (500, "", .serverError, true),
        ] as [(Int, String, ConsulHTTPError.Code, Bool)]
    )
    func `An unexpected response is mapped to an error code`(
        status: Int,
        text: String,
        code: ConsulHTTPError.Code,
        isRetryable: Bool
    ) {
        let error = error(status, text)
        #expect(error.code == code)
        #expect(error.isRetryable == isRetryable)
        #expect(error.status == status)
        #expect(error.message == "GET /v1/x was answered \(status)" + (text.isEmpty ? "" : ": \(text)"))
    }

    @Test(arguments: [(500, "rpc error making call: EOF"), (500, "something new"), (502, ""), (503, "")])
    func `A change that may have been applied is not retryable`(status: Int, text: String) {
        #expect(!error(status, text, isRead: false).isRetryable)
    }

    @Test(arguments: [(500, "No cluster leader"), (429, "")])
    func `A change that was refused before processing is retryable`(status: Int, text: String) {
        #expect(error(status, text, isRead: false).isRetryable)
    }

    @Test func `An error quotes Consul's text as one short line without secrets`() {
        let words = String(repeating: "x", count: 196) + "hunter2\u{7}hunter2\nsecond line"
        #expect(error(500, words).message.hasSuffix(String(repeating: "x", count: 196) + "<sec..."))
        #expect(error(500, "\n\u{1B}[1mhunter2\r\nmore").message == "GET /v1/x was answered 500:  [1m<secret>")
        #expect(error(500, "\n").message == "GET /v1/x was answered 500")
    }

    @Test func `An error with a body that is not text is classified`() {
        let error = ResponseClassifier(subject: "GET /v1/x", isRead: true, secrets: [])
            .error(status: 500, body: [0xFF, 0x00, 0xC3])
        #expect(error.code == .serverError)
    }
}
