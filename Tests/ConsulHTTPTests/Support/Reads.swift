// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP

@_exported public import func ClientSupport.withConsul

extension ReadRequest {
    /// A read that every agent answers at once.
    static let nodes = ReadRequest(RequestPath("/v1/catalog/nodes"))

    /// The health of a service's instances.
    static func health(_ service: String) -> ReadRequest {
        ReadRequest(RequestPath("/v1/health/service").appending(segment: service))
    }
}

extension RawAnswer {
    var text: String { String(decoding: body, as: UTF8.self) }
}
