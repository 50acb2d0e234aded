// SPDX-License-Identifier: Apache-2.0

/// The response code of a message, twelve bits (RFC 1035 section 4.1.1, RFC 6895 section 2.3).
package struct ResponseCode: RawRepresentable, Hashable, Sendable {
    /// The number on the wire.
    package var rawValue: UInt16

    /// Creates a value from its number, known or not.
    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    /// The name exists. Without answers: it has no record of the queried type.
    package static var noError: ResponseCode { ResponseCode(rawValue: 0) }

    /// The server could not parse the query.
    package static var formatError: ResponseCode { ResponseCode(rawValue: 1) }

    /// The server failed to determine the answer.
    package static var serverFailure: ResponseCode { ResponseCode(rawValue: 2) }

    /// The name does not exist. Consul also returns it for a service without healthy instances.
    package static var nameError: ResponseCode { ResponseCode(rawValue: 3) }

    /// The server does not support this kind of query.
    package static var notImplemented: ResponseCode { ResponseCode(rawValue: 4) }

    /// The server refuses to answer. Consul returns it for names outside its domain.
    package static var refused: ResponseCode { ResponseCode(rawValue: 5) }

    /// A name exists that should not (RFC 2136).
    package static var nameExists: ResponseCode { ResponseCode(rawValue: 6) }

    /// A record set exists that should not (RFC 2136).
    package static var recordSetExists: ResponseCode { ResponseCode(rawValue: 7) }

    /// A record set that should exist does not (RFC 2136).
    package static var noSuchRecordSet: ResponseCode { ResponseCode(rawValue: 8) }

    /// The server has no authority over the zone (RFC 2136).
    package static var notAuthoritative: ResponseCode { ResponseCode(rawValue: 9) }

    /// A name is not within the zone (RFC 2136).
    package static var notInZone: ResponseCode { ResponseCode(rawValue: 10) }

    /// The server does not support this version of EDNS (RFC 6891 section 6.1.3).
    package static var badVersion: ResponseCode { ResponseCode(rawValue: 16) }
}

extension ResponseCode: MnemonicCode {
    package static let mnemonics = MnemonicTable(
        prefix: "RCODE",
        largest: 4095,
        words: [
            (0, "NOERROR"), (1, "FORMERR"), (2, "SERVFAIL"), (3, "NXDOMAIN"), (4, "NOTIMP"), (5, "REFUSED"),
            (6, "YXDOMAIN"), (7, "YXRRSET"), (8, "NXRRSET"), (9, "NOTAUTH"), (10, "NOTZONE"), (16, "BADVERS"),
        ]
    )
}
