// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The source to query: DNS, HTTP, or both as the library decides.
enum Via: String, ExpressibleByArgument, CaseIterable {
    case auto
    case dns
    case http

    var strategy: ServiceResolver.Configuration.Strategy {
        switch self {
        case .auto: .automatic
        case .dns: .dns
        case .http: .http
        }
    }
}
