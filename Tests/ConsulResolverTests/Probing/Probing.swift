// SPDX-License-Identifier: Apache-2.0

@testable import ConsulResolver

/// Settings for tests: one result changes the verdict, and the timeout is longer than any expected answer takes.
enum Probing {
    typealias Probes = ServiceResolver.Configuration.Probes

    static func tcp(fall: Int = 1, rise: Int = 1) -> Probes {
        var probes = Probes()
        probes.timeout = .seconds(5)
        (probes.fall, probes.rise) = (fall, rise)
        return probes
    }

    static func http(fall: Int = 1, rise: Int = 1) -> Probes {
        var probes = tcp(fall: fall, rise: rise)
        probes.check = .http(path: "/health")
        return probes
    }
}
