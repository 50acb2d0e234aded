// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

// The readers accept spans, which `#expect` cannot capture. These overloads accept arrays.

extension MessageHeader {
    init(parsing bytes: [UInt8]) throws(WireError) {
        try self.init(parsing: bytes.span)
    }
}

extension QuestionView {
    init(parsing bytes: [UInt8], at offset: inout Int) throws(WireError) {
        try self.init(parsing: bytes.span, at: &offset)
    }
}

extension RecordCursor {
    init(_ bytes: [UInt8]) throws(WireError) {
        try self.init(try MessageHeader(parsing: bytes.span), in: bytes.span)
    }

    mutating func next(in bytes: [UInt8]) throws(WireError) -> RecordView? {
        try next(in: bytes.span)
    }
}

extension RecordView {
    func address(in bytes: [UInt8]) throws(WireError) -> IPAddress? {
        try address(in: bytes.span)
    }

    func service(in bytes: [UInt8]) throws(WireError) -> ServiceView? {
        try service(in: bytes.span)
    }
}

extension EncodedName {
    func end(in bytes: [UInt8]) throws(WireError) -> Int {
        try end(in: bytes.span)
    }

    func resolved(in bytes: [UInt8]) throws(WireError) -> EncodedName {
        try resolved(in: bytes.span)
    }

    func isEqual(to other: EncodedName, in bytes: [UInt8]) throws(WireError) -> Bool {
        try isEqual(to: other, in: bytes.span)
    }

    func isEqual(to other: DomainName, in bytes: [UInt8]) throws(WireError) -> Bool {
        try isEqual(to: other, in: bytes.span)
    }

    func caseInsensitiveHash(in bytes: [UInt8]) throws(WireError) -> UInt64 {
        try caseInsensitiveHash(in: bytes.span)
    }
}

extension EncodedLabels {
    mutating func next(in bytes: [UInt8]) throws(WireError) -> EncodedLabel? {
        try next(in: bytes.span)
    }
}

extension DomainName {
    init(_ name: EncodedName, in bytes: [UInt8]) throws(WireError) {
        try self.init(name, in: bytes.span)
    }
}
