// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulDNS
import ConsulResolver

/// The options of commands that resolve services: their instances, the alternatives, and the source.
///
/// Groups of options are not nested deeper than this: the argument parser goes through a group several times for each level,
/// which took a second of a debug build's start with two levels more.
struct RequestOptions: ParsableArguments {
    @OptionGroup var instances: InstanceOptions

    @Option(
        name: .customLong("failover-datacenter"),
        help: ArgumentHelp(
            "A datacenter to use without a healthy instance, or an answer; repeat it for more, in order of preference.",
            valueName: "datacenter"
        )
    )
    var failoverDatacenters: [String] = []

    @Option(help: "The source to query: auto, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    /// Returns the service and the options in words.
    func description(of name: String) -> String { instances.description(of: name) }

    /// Makes a resolver for the source.
    func resolver() throws -> ServiceResolver {
        try server.resolver(via: via, http: http)
    }

    /// Returns the request for a service that the options describe.
    ///
    /// - Throws: `ValidationError` for a name that the source cannot express, or that no datacenter can have, and for a
    ///   datacenter that is named twice.
    func request(for name: String) throws -> ServiceRequest {
        var request = try instances.request(for: name, via: via)
        guard !failoverDatacenters.isEmpty else { return request }
        var inUse: Set<String?> = [request.locality.datacenter?.lowercased()]
        for datacenter in failoverDatacenters {
            do throws(ConsulNameError) {
                _ = try ConsulName.service("any", in: .datacenter(datacenter))
            } catch {
                throw ValidationError("--failover-datacenter: \(error)")
            }
            guard inUse.insert(datacenter.lowercased()).inserted else {
                throw ValidationError("--failover-datacenter \(datacenter): it is already in use")
            }
        }
        request.alternatives = failoverDatacenters.map(ServiceRequest.Alternative.datacenter)
        return request
    }
}
