// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulDNS
import ConsulResolver

/// The options that name alternative datacenters.
struct FailoverOptions: ParsableArguments {
    @Option(
        name: .customLong("failover-datacenter"),
        help: ArgumentHelp(
            "A datacenter to use without a healthy instance, or an answer; repeat it for more, in order of preference.",
            valueName: "datacenter"
        )
    )
    var datacenters: [String] = []

    /// Returns the request with these alternatives.
    ///
    /// - Throws: `ValidationError` for a name that no datacenter can have, and for a datacenter that is named twice.
    func applied(to request: ServiceRequest) throws -> ServiceRequest {
        var asked: Set<String?> = [request.locality.datacenter?.lowercased()]
        for datacenter in datacenters {
            do throws(ConsulNameError) {
                _ = try ConsulName.service("any", in: .datacenter(datacenter))
            } catch {
                throw ValidationError("--failover-datacenter: \(error)")
            }
            guard asked.insert(datacenter.lowercased()).inserted else {
                throw ValidationError("--failover-datacenter \(datacenter): it is already in use")
            }
        }
        var request = request
        request.alternatives = datacenters.map(ServiceRequest.Alternative.datacenter)
        return request
    }
}
