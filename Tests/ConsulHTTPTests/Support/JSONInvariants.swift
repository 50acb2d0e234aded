// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

/// What must hold for any bytes whatever, checked by trapping: the mutation tests and the fuzzer both run it.
enum JSONInvariants {
    static func check(_ bytes: [UInt8]) {
        let failure = skipFailure(bytes)
        checkTree(bytes, skipFailure: failure)
        checkEntries(bytes, skipFailure: failure)
        checkOthers(bytes, skipFailure: failure)
    }

    /// What is wrong with the document if nothing of it is wanted.
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

    /// Reading everything and skipping everything are of one opinion, and what was read can be written.
    private static func checkTree(_ bytes: [UInt8], skipFailure: JSONError?) {
        do {
            let tree = try JSONReader.decode(JSONTree.self, from: bytes.span)
            precondition(skipFailure == nil, "can be read and not be skipped")
            let copy = try? JSONReader.decode(JSONTree.self, from: Array(tree.text().utf8).span)
            precondition(copy == tree, "a document is read as another")
        } catch {
            precondition(error == skipFailure, "reading and skipping differ")
        }
    }

    /// Whatever is wanted of a list, the rest of it is the same, and it has to be JSON.
    private static func checkEntries(_ bytes: [UInt8], skipFailure: JSONError?) {
        guard let all = try? ServiceEntry.decodeList(bytes, fields: .all) else { return }
        precondition(skipFailure == nil, "a list of instances that is no JSON")
        guard let least = try? ServiceEntry.decodeList(bytes, fields: []) else {
            preconditionFailure("more is wrong where less is wanted")
        }
        precondition(least == all.map(\.least), "what is not wanted changes what is")
        for entry in all {
            precondition(!entry.isHealthy(onlyPassing: true) || entry.isHealthy(), "passing and yet critical")
            precondition(entry.isHealthy() || entry.aggregatedStatus >= .critical, "left out, and nobody knows why")
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
        precondition(skipFailure == nil || !accepted.contains(true), "an answer that is no JSON")
    }
}

extension ServiceEntry {
    /// The same without anything that has to be asked for.
    fileprivate var least: ServiceEntry {
        var least = self
        least.node.meta = [:]
        least.node.taggedAddresses = [:]
        least.service.meta = [:]
        least.service.taggedAddresses = [:]
        for index in least.checks.indices {
            least.checks[index].output = nil
            least.checks[index].notes = nil
        }
        return least
    }
}
