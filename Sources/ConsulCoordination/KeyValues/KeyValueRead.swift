// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// The reads of the key/value store, for single reads and for watches, and the meaning of their answers.
enum KeyValueRead {
    /// The read of one entry.
    static func entry(
        _ key: String,
        _ consistency: ReadOptions.Consistency,
        _ datacenter: String?
    ) throws(CoordinationError) -> ReadRequest {
        try KeyRules.check(key)
        return read(key, RequestQuery(), consistency, datacenter)
    }

    /// The read of all entries with keys that begin with a text.
    static func entries(
        under prefix: String,
        _ consistency: ReadOptions.Consistency,
        _ datacenter: String?
    ) throws(CoordinationError) -> ReadRequest {
        try KeyRules.check(prefix: prefix)
        var query = RequestQuery()
        query.append("recurse")
        return read(prefix, query, consistency, datacenter)
    }

    /// The read of the keys that begin with a text, up to a separator if there is one.
    static func keys(
        under prefix: String,
        _ separator: String?,
        _ consistency: ReadOptions.Consistency,
        _ datacenter: String?
    ) throws(CoordinationError) -> ReadRequest {
        try KeyRules.check(prefix: prefix)
        var query = RequestQuery()
        query.append("keys")
        query.append("separator", ifPresent: separator)
        return read(prefix, query, consistency, datacenter)
    }

    private static func read(
        _ path: String,
        _ query: RequestQuery,
        _ consistency: ReadOptions.Consistency,
        _ datacenter: String?
    ) -> ReadRequest {
        var options = ReadOptions()
        (options.consistency, options.datacenter) = (consistency, datacenter)
        return ReadRequest(
            RequestPath("/v1/kv").appending(key: path),
            query: query,
            options: options,
            // The absence of a key is an answer, which has an index to wait on.
            answerStatuses: [200, 404]
        )
    }

    /// Decodes the entries of an answer; none if Consul says that there are none.
    static func decodeEntries(_ answer: RawAnswer) throws -> [KeyValueEntry] {
        try isAbsence(answer) ? [] : JSONReader.decode([KeyValueEntry].self, from: answer.body.span)
    }

    /// Decodes the keys of an answer; none if Consul says that there are none.
    static func decodeKeys(_ answer: RawAnswer) throws -> [String] {
        try isAbsence(answer) ? [] : JSONReader.decode([String].self, from: answer.body.span)
    }

    /// Returns true if Consul says that there is no such key.
    ///
    /// Consul's 404 has no body, and an index. Any other 404 is that of a proxy, or of a server that is no Consul, and
    /// says nothing about the key: a configuration must not be deleted because a proxy has lost its agent.
    private static func isAbsence(_ answer: RawAnswer) throws(ConsulHTTPError) -> Bool {
        guard answer.status == 404 else { return false }
        guard answer.body.isEmpty, answer.metadata.index != nil else {
            throw ConsulHTTPError(
                .unexpectedStatus,
                "the key/value store was answered 404, and not by Consul: is there a proxy in front of the agent?",
                status: answer.status
            )
        }
        return true
    }
}
