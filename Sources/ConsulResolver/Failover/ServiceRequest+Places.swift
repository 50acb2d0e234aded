// SPDX-License-Identifier: Apache-2.0

import ConsulDNS

extension ServiceRequest {
    /// What to ask at each place, in order of preference: the request itself, then its alternatives. None of these has
    /// alternatives.
    var places: [ServiceRequest] {
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
            // Of the agent's own datacenter: one that is out could not execute it either.
            (request.tags, request.filter, request.locality) = ([], nil, .local)
        }
        return request
    }

    /// Refuses alternatives that are none, before anything is sent. Only when the request itself fails would they be
    /// noticed otherwise.
    func checkAlternatives() throws(ServiceRequestError) {
        guard !alternatives.isEmpty else { return }
        let places = places
        var seen: Set<ServiceRequest> = [places[0].inLowerCase]
        for (alternative, place) in zip(alternatives, places.dropFirst()) {
            if let fault = alternative.fault {
                throw ServiceRequestError(code: .unusableAlternative, description: fault)
            }
            guard seen.insert(place.inLowerCase).inserted else {
                let description = "the alternative \(alternative) is where the request looks already; leave it out"
                throw ServiceRequestError(code: .unusableAlternative, description: description)
            }
        }
    }

    /// Consul does not tell upper from lower case in the name of a datacenter.
    private var inLowerCase: ServiceRequest {
        var request = self
        request.locality.datacenter = locality.datacenter?.lowercased()
        return request
    }
}

extension ServiceRequest.Alternative {
    /// What is wrong with it by itself, and what to do. DNS' rules hold for a datacenter however it is asked: Consul's
    /// own for its name are narrower.
    fileprivate var fault: String? {
        switch base {
        case .preparedQuery(let name):
            return name.isEmpty ? "an alternative is a prepared query without a name; leave it out" : nil
        case .datacenter(let name):
            do throws(ConsulNameError) {
                _ = try ConsulName.service("any", in: .datacenter(name))
                return nil
            } catch {
                return "no datacenter can have the name of this alternative: \(error)"
            }
        }
    }
}
