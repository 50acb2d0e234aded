// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

// The readers take spans, which `#expect` cannot capture. These overloads take text.

extension JSONReader {
    static func decode<Value: JSONReadable>(_: Value.Type = Value.self, _ text: String) throws(JSONError) -> Value {
        try decode(from: Array(text.utf8).span)
    }

    /// Returns the error of text that is not JSON; `nil` if it is JSON.
    static func failure(_ text: String) -> JSONError? {
        failure(Array(text.utf8))
    }

    static func failure(_ bytes: [UInt8]) -> JSONError? {
        do {
            _ = try decode(JSONTree.self, from: bytes.span)
            return nil
        } catch {
            return error
        }
    }
}

extension ServiceEntry {
    static func decodeList(_ text: String, fields: Fields = .standard) throws(JSONError) -> [ServiceEntry] {
        try decodeList(Array(text.utf8), fields: fields)
    }
}

extension PreparedQueryResult {
    init(_ text: String, fields: ServiceEntry.Fields = .standard) throws(JSONError) {
        try self.init(decoding: Array(text.utf8).span, fields: fields)
    }
}

extension AgentInfo {
    init(_ text: String) throws(JSONError) {
        try self.init(decoding: Array(text.utf8).span)
    }
}

extension AgentServiceHealth {
    static func decodeList(_ text: String) throws(JSONError) -> [AgentServiceHealth] {
        try decodeList(Array(text.utf8).span)
    }
}
