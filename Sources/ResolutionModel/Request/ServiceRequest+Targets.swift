// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

extension ServiceRequest {
    /// The request for each failover target, in order of preference: the request itself, then its alternatives. These
    /// requests have no alternatives themselves.
    package var targets: [ServiceRequest] {
        var own = self
        own.alternatives = []
        return [own] + alternatives.map(own.moved)
    }

    private func moved(to alternative: Alternative) -> ServiceRequest {
        var request = self
        switch alternative.base {
        case .datacenter(let name):
            request.locality.datacenter = name
        case .preparedQuery(let name):
            (request.kind, request.name) = (.preparedQuery, name)
            // In the agent's own datacenter: one that is out could not execute the query either.
            (request.tags, request.filter, request.locality) = ([], nil, .local)
        }
        return request
    }

    /// Refuses unusable alternatives, before a query is sent. Otherwise they would go unnoticed until the request
    /// itself fails.
    func checkAlternatives() throws(ServiceRequestError) {
        guard !alternatives.isEmpty else { return }
        let targets = targets
        var seen: Set<ServiceRequest> = [targets[0].inLowerCase]
        for (alternative, place) in zip(alternatives, targets.dropFirst()) {
            if let fault = alternative.fault {
                throw ServiceRequestError(code: .unusableAlternative, description: fault)
            }
            guard seen.insert(place.inLowerCase).inserted else {
                let description = "the alternative \(alternative) repeats the request or another one; leave it out"
                throw ServiceRequestError(code: .unusableAlternative, description: description)
            }
        }
    }

    /// The request with its datacenter in lower case: Consul ignores case in the name of a datacenter.
    private var inLowerCase: ServiceRequest {
        var request = self
        request.locality.datacenter = locality.datacenter?.lowercased()
        return request
    }
}

extension ServiceRequest.Alternative {
    /// The fault of an alternative by itself, and its remedy. The rules of DNS apply to the name of a datacenter over
    /// HTTP, too: Consul's own rules for it are narrower.
    fileprivate var fault: String? {
        switch base {
        case .preparedQuery(let name):
            return name.isEmpty ? "an alternative is a prepared query with an empty name; leave it out" : nil
        case .datacenter(let name):
            do throws(ConsulNameError) {
                _ = try ConsulName.service("any", in: .datacenter(name))
                return nil
            } catch {
                return "an alternative names a datacenter that cannot exist: \(error)"
            }
        }
    }
}
