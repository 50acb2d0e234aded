// SPDX-License-Identifier: Apache-2.0

import DNSWire
import NetworkAddress

@testable import ConsulDNS

#if canImport(Glibc)
import Glibc
#endif

/// Invariants of names and addresses for any bytes, checked by trapping: both the mutation tests and the fuzzer run them.
///
/// The first byte selects what the others are read as, so that a fuzzer learns what matters to each reader.
enum NameInvariants {
    static func check(_ bytes: [UInt8]) {
        guard let kind = bytes.first else { return }
        let rest = bytes.dropFirst()
        switch kind & 7 {
        case 0, 1: checkPresentation(String(decoding: rest, as: UTF8.self))
        case 2: checkLabels(rest.split(separator: 0, omittingEmptySubsequences: false))
        case 3, 4: checkAddress(String(decoding: rest, as: UTF8.self))
        case 5: checkAddressLabel(Array(rest))
        default: checkConsulName(rest)
        }
    }

    // MARK: Names

    /// Checks that the parser of names agrees with a plain one.
    private static func checkPresentation(_ text: String) {
        let name = try? DomainName(text)
        precondition(name?.wireBytes == PlainReader.wireBytes(ofName: Array(text.utf8)), "a name is read differently")
        if let name { checkName(name) }
    }

    private static func checkLabels(_ labels: [ArraySlice<UInt8>]) {
        let name = try? DomainName(labels: labels)
        precondition(name?.wireBytes == PlainReader.wireBytes(ofLabels: labels), "labels make a different name")
        if let name {
            precondition(name.labels == labels, "a name has other labels than it was made of")
            checkName(name)
        }
    }

    private static func checkName(_ name: DomainName) {
        let copy = try? DomainName(name.description)
        precondition(copy?.wireBytes == name.wireBytes, "the text of a name is read as another name")
        let lowercased = name.lowercased
        precondition(lowercased == name && lowercased.hashValue == name.hashValue, "case matters")
        precondition(lowercased.isolationKey == name.isolationKey, "case matters for the isolation key")
        precondition(name.isSubdomain(of: .root) && name.isSubdomain(of: lowercased), "a name is outside of its domain")
        if let parent = name.parent {
            precondition(name.isSubdomain(of: parent) && !parent.isSubdomain(of: name), "a parent is within its child")
        }
        let reading = ConsulNameReading(name, domain: .consul)
        precondition(reading == ConsulNameReading(lowercased, domain: .consul), "case matters for a name's meaning")
    }

    // MARK: Addresses

    private static func checkAddress(_ text: String) {
        let address = IPAddress(text)
        #if canImport(Glibc)
        // The C library stops at a zero byte.
        if !text.utf8.contains(0) {
            precondition(address == PlainReader.systemAddress(text), "the C library reads another address")
        }
        #endif
        if let address {
            precondition(IPAddress(address.description) == address, "the text of an address is read as another address")
            checkAddressLabel(Array(address.addressLabel.utf8))
        }
        if let pair = try? HostPort(text, defaultPort: 1) {
            precondition((try? HostPort(pair.description)) == pair, "the text of a pair is read as another pair")
            precondition(pair.port > 0, "a port is zero")
        }
    }

    private static func checkAddressLabel(_ label: [UInt8]) {
        let address = IPAddress(addressLabel: label.span)
        let value = PlainReader.hexadecimal(label)
        precondition((address != nil) == (value != nil), "a label is wrongly an address, or wrongly none")
        if let address { precondition(address.addressLabel == value, "a label is another address") }
    }

    // MARK: Names of Consul

    /// Checks that a name made of parts has just these parts when it is read as Consul reads it.
    private static func checkConsulName(_ bytes: ArraySlice<UInt8>) {
        guard let form = bytes.first else { return }
        let parts = bytes.dropFirst().split(separator: 0, omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        func part(_ index: Int) -> String? { index < parts.count ? parts[index] : nil }
        var locality = ConsulLocality(
            datacenter: part(2),
            namespace: part(3),
            partition: part(4),
            peer: part(5),
            samenessGroup: part(6)
        )
        if form & 0x10 != 0 { locality.datacenterForm = .explicit }
        check(part(0) ?? "", part(1), locality, form: form & 7)
    }

    private static func check(_ subject: String, _ other: String?, _ locality: ConsulLocality, form: UInt8) {
        let name: ConsulName?
        let expected: ConsulNameReading.Subject
        let lowercased = subject.lowercased()
        switch form {
        case 0:
            name = try? .service(subject, tag: other, in: locality)
            expected = .service(lowercased, tag: other?.lowercased())
        case 1:
            name = try? .rfc2782Service(subject, tag: other ?? "tcp", in: locality)
            // `_tcp` stands for no tag.
            let tag = other?.lowercased() ?? "tcp"
            expected = .service(lowercased, tag: tag == "tcp" ? nil : tag)
        case 2:
            name = try? .connect(subject, in: locality)
            expected = .connect(lowercased)
        case 3:
            name = try? .ingress(subject, in: locality)
            expected = .ingress(lowercased)
        case 4:
            name = try? .node(subject, in: locality)
            expected = .node(lowercased)
        case 5:
            name = try? .preparedQuery(subject, in: locality)
            expected = .preparedQuery(lowercased)
        case 6:
            name = try? .rfc2782PreparedQuery(subject, in: locality)
            expected = .preparedQuery(lowercased)
        default:
            name = try? .virtual(subject, in: locality)
            expected = .other
        }
        guard let name else { return }
        check(name, expected, locality)
    }

    private static func check(_ name: ConsulName, _ subject: ConsulNameReading.Subject, _ locality: ConsulLocality) {
        checkName(name.domainName)
        guard let reading = ConsulNameReading(name.domainName, domain: .consul) else {
            preconditionFailure("Consul finds no data with a name that was made for it")
        }
        precondition(reading.subject == subject, "a name has another subject than it was made of")
        // Localities are compared as the labels that they stand for.
        let labels = try? locality.labels().map { $0.lowercased() }
        precondition((try? reading.locality.labels()) == labels, "a name has another locality than it was made of")
        if case .preparedQuery = subject { return }
        precondition(
            name.domainName.mayBePassedOn(inDomain: .consul) == (labels?.isEmpty == false),
            "a name is taken for one of another datacenter, or for one of this"
        )
    }
}
