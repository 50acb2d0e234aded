// SPDX-License-Identifier: Apache-2.0

import LoadBalancing
import NetworkAddress

@testable import ConsulResolver
@testable import ResolutionModel
@testable import ResolutionSnapshot

extension Snapshot {
    /// The time at which the samples were written and their answers arrived.
    static let sampleTime: Int64 = 1_700_000_000

    /// A snapshot of one service with one endpoint at a port.
    static func sample(port: UInt16 = 8080) -> Snapshot {
        Snapshot(writtenAt: sampleTime, entries: [.sample(port: port)])
    }
}

extension Snapshot.Entry {
    /// The service `web` at 10.0.0.1.
    static func sample(
        _ name: String = "web",
        port: UInt16 = 8080,
        givenAt: Int64 = Snapshot.sampleTime
    ) -> Snapshot.Entry {
        let endpoint = Endpoint(host: .address(.v4(IPv4Address(rawValue: 0x0a00_0001))), port: port)
        return Snapshot.Entry(
            request: ServiceRequest(name),
            endpoints: [endpoint],
            givenAt: givenAt,
            isComplete: true
        )
    }
}
