// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// Invariants for any bytes, checked by trapping: the mutation tests and the fuzzer both use them.
enum JSONInvariants {
    static func check(_ bytes: [UInt8]) {
        let failure = skipFailure(bytes)
        checkTree(bytes, skipFailure: failure)
        checkEntries(bytes, skipFailure: failure)
        checkOthers(bytes, skipFailure: failure)
    }

    /// Returns the error of skipping the whole document.
    private static func skipFailure(_ bytes: [UInt8]) -> JSONError? {
        do {
            let span = bytes.span
            try JSONReader.document(span) { reader throws(JSONError) in try reader.skipValue(in: span) }
            return nil
        } catch {
            precondition((0...bytes.count).contains(error.offset), "an error outside of the document")
            return error
        }
    }

    /// Checks that reading and skipping a document agree, and that a document that was read can be written again.
    private static func checkTree(_ bytes: [UInt8], skipFailure: JSONError?) {
        do {
            let tree = try JSONReader.decode(JSONTree.self, from: bytes.span)
            precondition(skipFailure == nil, "a document can be read but not skipped")
            let copy = try? JSONReader.decode(JSONTree.self, from: Array(tree.text().utf8).span)
            precondition(copy == tree, "a document changes when it is written and read again")
        } catch {
            precondition(error == skipFailure, "reading and skipping differ")
        }
    }

    /// Checks that the requested fields of a list do not affect the others, and that the list has to be JSON.
    private static func checkEntries(_ bytes: [UInt8], skipFailure: JSONError?) {
        guard let all = try? ServiceEntry.decodeList(bytes, fields: .all) else { return }
        precondition(skipFailure == nil, "a list of instances that is not JSON")
        guard let least = try? ServiceEntry.decodeList(bytes, fields: []) else {
            preconditionFailure("a list with fewer fields is refused")
        }
        precondition(least == all.map(\.least), "optional fields change the others")
        for entry in all {
            precondition(!entry.isHealthy(onlyPassing: true) || entry.isHealthy(), "both passing and critical")
            precondition(entry.isHealthy() || entry.aggregatedStatus >= .critical, "unhealthy without a critical check")
        }
    }

    private static func checkOthers(_ bytes: [UInt8], skipFailure: JSONError?) {
        let span = bytes.span
        let accepted = [
            (try? AgentInfo(decoding: span)) != nil,
            (try? AgentServiceHealth.decodeList(span, fields: .all)) != nil,
            (try? PreparedQueryResult(decoding: span, fields: .all)) != nil,
            (try? JSONReader.decode([String: [String]].self, from: span)) != nil,
            (try? JSONReader.decode([UInt64?].self, from: span)) != nil,
        ]
        precondition(skipFailure == nil || !accepted.contains(true), "an answer that is not JSON")
    }
}

extension ServiceEntry {
    /// The entry without its optional fields.
    fileprivate var least: ServiceEntry {
        var least = self
        least.node.meta = [:]
        least.node.taggedAddresses = .init()
        least.node.id = ""
        least.service.meta = [:]
        least.service.taggedAddresses = [:]
        for index in least.checks.indices {
            least.checks[index].output = nil
            least.checks[index].notes = nil
            least.checks[index].name = ""
        }
        return least
    }
}
