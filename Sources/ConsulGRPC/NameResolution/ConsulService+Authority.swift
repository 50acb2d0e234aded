// SPDX-License-Identifier: Apache-2.0

#if GRPC

import ConsulResolver
import DNSWire
import ResolutionModel

extension ConsulService {
    /// The service's name in Consul's domain, without tag and datacenter: `web.service.consul`, `nearest.query.consul`
    /// for a prepared query. A certificate for the service has this name, whichever instances are asked for.
    var authority: String {
        let kind = request.kind == .preparedQuery ? "query" : "service"
        let name = "\(request.name).\(kind).\(domain)"
        return name.hasSuffix(".") ? String(name.dropLast()) : name
    }
}

#endif
