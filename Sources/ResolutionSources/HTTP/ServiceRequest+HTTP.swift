// SPDX-License-Identifier: Apache-2.0

import ConsulDNS
package import ConsulHTTP
import ResolutionModel

extension ServiceRequest {
    /// The request to the HTTP API's health endpoint; not for a prepared query.
    ///
    /// It is sent without `passing`, so that unhealthy instances are in the answer: they are the difference between
    /// "all are down" and "there is no such service".
    package var healthRequest: ServiceHealthRequest {
        var request = ServiceHealthRequest(name)
        request.kind =
            switch kind {
            case .connect: .connect
            case .ingress: .ingress
            default: .service
            }
        request.tags = tags
        request.peer = locality.peer
        request.samenessGroup = locality.samenessGroup
        request.options = readOptions
        request.fields = .choice
        return request
    }

    /// The options of reads for this request. Any server may answer, with a leader or without, as over DNS: if only the
    /// leader could answer, this source would fail exactly when it is needed.
    var readOptions: ReadOptions {
        var options = ReadOptions()
        options.consistency = .stale
        options.datacenter = locality.datacenter
        options.namespace = locality.namespace
        options.partition = locality.partition
        options.filter = filter
        options.near = near
        return options
    }
}
