// SPDX-License-Identifier: Apache-2.0

extension ConsulHTTPClient {
    /// Returns true if the token may read a service; `nil` if this version of Consul does not say.
    ///
    /// If the permission is missing, Consul answers an empty list, as for a service that does not exist. Only since
    /// 1.11 the answer tells the two cases apart (`X-Consul-Results-Filtered-By-ACLs`). For older versions, this method
    /// uses the endpoint from which Consul's own web interface learns which buttons to show. That endpoint is not
    /// documented, so any unexpected answer yields `nil`.
    ///
    /// - Throws: `CancellationError`; ``ConsulHTTPError`` with the code `closed` after ``shutdown()``.
    package func mayRead(
        service: String,
        in options: ReadOptions = ReadOptions(),
        timeout: Duration? = nil
    ) async throws -> Bool? {
        // Consul shows an instance if the token may read both the service and its node. The node is unknown here, so
        // the query is about all nodes.
        let question = [("service", service), ("node", "")].map { resource, segment in
            JSON.object(["Resource": .string(resource), "Segment": .string(segment), "Access": "read"])
        }
        var request = WriteRequest(
            .post,
            RequestPath("/v1/internal/acl/authorize"),
            body: Array(JSON.array(question).description.utf8),
            answerStatuses: [200, 401]
        )
        request.datacenter = options.datacenter
        request.namespace = options.namespace
        request.partition = options.partition
        do {
            let answer = try await write(request, timeout: timeout)
            guard answer.status == 200 else {
                // A proxy may answer 401 too, with another meaning.
                let isDisabled = String(decoding: answer.body, as: UTF8.self).contains("ACL support disabled")
                return isDisabled ? true : nil
            }
            let permissions = try JSONReader.decode([Permission].self, from: answer.body.span)
            guard permissions.count == 2, let service = permissions[0].isAllowed, let node = permissions[1].isAllowed
            else { return nil }
            return service ? (node ? true : nil) : false
        } catch let error as ConsulHTTPError where error.code != .closed {
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
