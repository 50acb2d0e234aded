// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Where else to look.
struct FailoverOptions: ParsableArguments {
    @Option(
        name: .customLong("failover-datacenter"),
        help: ArgumentHelp(
            "Where to look when there is nothing healthy, or no answer; repeat it for more, in order of preference.",
            valueName: "datacenter"
        )
    )
    var datacenters: [String] = []

    /// The request with these alternatives.
    ///
    /// - Throws: `ValidationError` for a datacenter that can have no such name, or that is asked already.
    func applied(to request: ServiceRequest) throws -> ServiceRequest {
        var asked: Set<String?> = [request.locality.datacenter?.lowercased()]
        for datacenter in datacenters {
            do throws(ConsulNameError) {
                _ = try ConsulName.service("any", in: .datacenter(datacenter))
            } catch {
                throw ValidationError("--failover-datacenter: \(error)")
            }
            guard asked.insert(datacenter.lowercased()).inserted else {
                throw ValidationError("--failover-datacenter \(datacenter): it is asked already")
            }
        }
        var request = request
        request.alternatives = datacenters.map(ServiceRequest.Alternative.datacenter)
        return request
    }
}
