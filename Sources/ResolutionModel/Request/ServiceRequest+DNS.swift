// SPDX-License-Identifier: Apache-2.0

package import ConsulDNS
package import DNSWire

extension ServiceRequest {
    /// True if the order of an answer is Consul's: by nearness, or shuffled by Consul itself. Both DNS and HTTP carry
    /// that order.
    package var isOrderedByConsul: Bool { near != nil || kind == .preparedQuery }

    /// The condition of the request that DNS cannot express; `nil` if DNS can carry all conditions. The name is checked
    /// by ``domainName(in:)``.
    package var surplus: String? {
        if tags.count > 1 { return "several tags" }
        if filter != nil { return "a filter" }
        if near != nil { return "sorting by distance" }
        if health == .passing { return "the health rule passing" }
        if needsDetails { return "details" }
        if kind != .service, !tags.isEmpty { return "tags of this kind of service" }
        if port != nil, kind != .service || !tags.isEmpty || !locality.isLocal {
            return "a named port together with a tag, a locality or another kind of service"
        }
        return nil
    }

    /// Returns the name to query over DNS.
    ///
    /// - Throws: `ConsulNameError` for a name that DNS cannot carry.
    package func domainName(in domain: DomainName) throws(ConsulNameError) -> DomainName {
        let consulName =
            switch kind {
            case .connect: try ConsulName.connect(name, in: locality, domain: domain)
            case .ingress: try ConsulName.ingress(name, in: locality, domain: domain)
            case .preparedQuery: try ConsulName.preparedQuery(name, in: locality, domain: domain)
            case .service: try serviceName(in: domain)
            }
        return consulName.domainName
    }

    private func serviceName(in domain: DomainName) throws(ConsulNameError) -> ConsulName {
        guard let port else { return try ConsulName.service(name, tag: tags.first, in: locality, domain: domain) }
        return try ConsulName.namedPort(port, of: name, domain: domain)
    }

    /// Refuses a request that neither source can carry, before a query is sent: Consul ignores unknown parameters, and
    /// would answer a different request.
    package func check() throws(ServiceRequestError) {
        if kind == .preparedQuery, !tags.isEmpty || filter != nil {
            let description = "a prepared query selects its instances by itself; leave out tags and filter"
            throw ServiceRequestError(code: .contradiction, description: description)
        }
        if kind == .preparedQuery, locality.peer != nil || locality.samenessGroup != nil {
            let description = "a prepared query names its own peers and sameness groups; leave them out of the locality"
            throw ServiceRequestError(code: .contradiction, description: description)
        }
        if port?.isEmpty == true {
            let description = "the name of the port is empty; leave it out for the default port"
            throw ServiceRequestError(code: .contradiction, description: description)
        }
        try checkAlternatives()
    }
}
