// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Whether the token may read a service; `nil` if this version of Consul does not tell.
    ///
    /// Consul answers an empty list where permission is missing, as for a service that does not exist, and says so only
    /// since 1.11 (`X-Consul-Results-Filtered-By-ACLs`). The endpoint that its own web interface asks which buttons to
    /// show tells the two apart before that. It is not documented, so every surprise counts as "does not tell".
    ///
    /// - Throws: `CancellationError`.
    package func mayRead(service: String, timeout: Duration? = nil) async throws -> Bool? {
        let question = "[{\"Resource\":\"service\",\"Segment\":\(JSONText.quoted(service)),\"Access\":\"read\"}]"
        let request = WriteRequest(
            .post,
            RequestPath("/v1/internal/acl/authorize"),
            body: Array(question.utf8),
            answerStatuses: [200, 401]
        )
        do {
            let answer = try await write(request, timeout: timeout)
            // "ACL support disabled": everybody may read everything.
            if answer.status == 401 { return true }
            return try JSONReader.decode([Permission].self, from: answer.body.span).first?.isAllowed
        } catch is ConsulHTTPError {
            return nil
        } catch is JSONError {
            return nil
        }
    }

    private struct Permission: JSONReadable {
        var isAllowed: Bool?

        init(reading reader: inout JSONReader, in bytes: Span<UInt8>) throws(JSONError) {
            guard try reader.beginObject(in: bytes) else { return }
            while let key = try reader.nextKey(in: bytes) {
                switch key {
                case "Allow": isAllowed = try reader.read(in: bytes)
                default: try reader.skipValue(in: bytes)
                }
            }
        }
    }
}
