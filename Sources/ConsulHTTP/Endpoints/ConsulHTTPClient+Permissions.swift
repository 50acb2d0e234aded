// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Whether the token may read a service; `nil` if this version of Consul does not tell.
    ///
    /// Consul answers an empty list where permission is missing, as for a service that does not exist, and says so only
    /// since 1.11 (`X-Consul-Results-Filtered-By-ACLs`). The endpoint that its own web interface asks which buttons to
    /// show tells the two apart before that. It is not documented, so every surprise counts as "does not tell".
    ///
    /// - Throws: `CancellationError`.
    package func mayRead(
        service: String,
        in options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> Bool? {
        // An instance is shown to who may read both the service and its node. Nobody knows the node, so all of them.
        let question = [("service", service), ("node", "")].map { resource, segment in
            "{\"Resource\":\"\(resource)\",\"Segment\":\(JSONText.quoted(segment)),\"Access\":\"read\"}"
        }
        var request = WriteRequest(
            .post,
            RequestPath("/v1/internal/acl/authorize"),
            body: Array("[\(question.joined(separator: ","))]".utf8),
            answerStatuses: [200, 401]
        )
        request.datacenter = options.datacenter
        request.namespace = options.namespace
        request.partition = options.partition
        do {
            let answer = try await write(request, timeout: timeout)
            guard answer.status == 200 else {
                // A proxy may say 401, too, and mean something else.
                let isDisabled = String(decoding: answer.body, as: UTF8.self).contains("ACL support disabled")
                return isDisabled ? true : nil
            }
            let permissions = try JSONReader.decode([Permission].self, from: answer.body.span)
            guard permissions.count == 2, let service = permissions[0].isAllowed, let node = permissions[1].isAllowed
            else { return nil }
            return service ? (node ? true : nil) : false
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
