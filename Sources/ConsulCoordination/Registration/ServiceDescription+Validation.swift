// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import NetworkAddress
import ResolverSupport

// Consul 1.8 accepts some of these mistakes, such as the port 70000 or a check of a URL without a scheme, and registers
// an instance that cannot work.
extension ServiceDescription {
    /// Checks the description by the rules of Consul, and by those that Consul does not check.
    ///
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument``, for the first mistake.
    func validate() throws(CoordinationError) {
        guard !name.isEmpty else { throw mistake("a service needs a name") }
        guard !id.isEmpty else {
            throw mistake("the id of an instance is not empty; leave it out for NAME-HOST-PORT")
        }
        try validateAddresses()
        try validateMetadata()
        guard weights.passing >= 1 else {
            throw mistake("the weight of a passing instance is 1 to 65535; use maintenance mode to send no connections")
        }
        for (id, check) in identifiedChecks {
            try check.validate { text in mistake("check \"\(id)\": \(text)") }
        }
        guard Set(identifiedChecks.map(\.id)).count == checks.count else {
            throw mistake("two checks have the same id; leave the ids out, or make them different")
        }
    }

    private func validateAddresses() throws(CoordinationError) {
        if let port {
            guard port != 0 else {
                throw mistake("port 0 is no port that callers can connect to; register after the server listens")
            }
            guard (1...65535).contains(port) else { throw mistake("port \(port) is not in 1 to 65535") }
        }
        if let address { try validate(address: address, as: "address") }
        for (tag, tagged) in taggedAddresses {
            guard !tag.isEmpty else { throw mistake("the tag of an address is not empty, but for example \"wan\"") }
            try validate(address: tagged.address, as: "address \"\(tag)\"")
        }
    }

    private func validate(address: String, as subject: String) throws(CoordinationError) {
        guard !address.isEmpty else {
            throw mistake("the \(subject) is empty; leave it out for the address of the node")
        }
        guard !["0.0.0.0", "::", "[::]"].contains(address) else {
            throw mistake("the \(subject) \(address) means every interface; name the address that callers connect to")
        }
        guard Host(address) != nil, !address.hasPrefix("[") else {
            throw mistake("the \(subject) \"\(address)\" is neither an IP address nor a host name")
        }
    }

    /// Consul's limits: 64 pairs, keys of 128 bytes, values of 512 bytes.
    private func validateMetadata() throws(CoordinationError) {
        guard metadata.count < 64 else {
            throw mistake("Consul keeps 64 pairs of metadata, one of which is the incarnation; \(metadata.count) given")
        }
        for (key, value) in metadata {
            let isValid = key.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
            guard isValid, (1...128).contains(key.utf8.count) else {
                throw mistake("the metadata key \"\(key)\" is not 1 to 128 letters, digits, \"-\" or \"_\"")
            }
            guard !key.hasPrefix("consul-") else {
                throw mistake("the metadata key \"\(key)\" begins with \"consul-\", which Consul reserves")
            }
            guard key != Self.incarnationKey else {
                throw mistake("the metadata key \"\(key)\" is used for the incarnation of the instance")
            }
            guard value.utf8.count <= 512 else {
                throw mistake("the metadata value of \"\(key)\" has \(value.utf8.count) bytes; Consul keeps 512")
            }
        }
    }

    private func mistake(_ text: String) -> CoordinationError {
        CoordinationError(.invalidArgument, "service \"\(name)\": \(text)")
    }
}

extension ServiceCheck {
    /// - Parameter mistake: Makes the error for a mistake.
    fileprivate func validate(_ mistake: (String) -> CoordinationError) throws(CoordinationError) {
        guard id?.isEmpty != true else { throw mistake("the id of a check is not empty; leave it out") }
        guard [.passing, .warning, .critical].contains(initialStatus) else {
            throw mistake("the initial status is passing, warning or critical, and not \(initialStatus)")
        }
        try validateKind(mistake)
        let hasCounts = successesBeforePassing != 1 || failuresBeforeCritical != 1
        if isPeriodic {
            guard interval >= .seconds(1), interval <= .longestTime else {
                throw mistake("the interval \(interval) is not between 1 s and a year")
            }
            if let timeout {
                guard timeout >= .milliseconds(1), timeout <= .longestTime else {
                    throw mistake("the timeout \(timeout) is not between 1 ms and a year")
                }
            }
            guard successesBeforePassing >= 1, failuresBeforeCritical >= 1 else {
                throw mistake("a status changes after one result at least")
            }
        } else if hasCounts || timeout != nil {
            throw mistake("only checks that Consul runs, HTTP, TCP and gRPC, have counts of results and a timeout")
        }
        if let deregisterCriticalAfter {
            guard deregisterCriticalAfter >= .seconds(60), deregisterCriticalAfter <= .longestTime else {
                throw mistake("a service is deregistered after at least 1 min in critical state, and at most a year")
            }
        }
    }

    private func validateKind(_ mistake: (String) -> CoordinationError) throws(CoordinationError) {
        switch kind {
        case .ttl(let duration):
            guard duration >= .seconds(1), duration <= .longestTime else {
                throw mistake("the time to live \(duration) is not between 1 s and a year")
            }
        case .http(let url, _, let method):
            let scheme = ["http://", "https://"].first { url.lowercased().hasPrefix($0) }
            let rest = url.dropFirst(scheme?.count ?? 0)
            guard scheme != nil, let first = rest.first, !"/?#:".contains(first), !url.contains(where: \.isWhitespace)
            else { throw mistake("\"\(url)\" is no URL such as http://127.0.0.1:8080/health") }
            guard !method.isEmpty, method.utf8.allSatisfy({ (0x21..<0x7F).contains($0) }) else {
                throw mistake("\"\(method)\" is no HTTP method")
            }
        case .tcp(let text):
            guard Self.isHostPort(text) else { throw mistake("\"\(text)\" is no host and port such as 127.0.0.1:8080") }
        case .grpc(let text, _):
            guard Self.isHostPort(String(text.prefix { $0 != "/" })) else {
                throw mistake("\"\(text)\" is no target such as 127.0.0.1:8080 or 127.0.0.1:8080/service")
            }
        case .alias(let service, let node):
            guard !service.isEmpty, node?.isEmpty != true else {
                throw mistake("an alias names the id of a service, and a node or none")
            }
        }
    }

    private static func isHostPort(_ text: String) -> Bool {
        guard let address = try? HostPort(text, defaultPort: nil) else { return false }
        return address.port != 0
    }
}
