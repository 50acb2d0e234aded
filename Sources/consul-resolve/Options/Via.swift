// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// Which of Consul's interfaces to ask.
enum Via: String, ExpressibleByArgument, CaseIterable {
    case auto
    case dns
    case http
}
