// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// The options that name a service and select its instances.
struct ServiceOptions: ParsableArguments {
    @Argument(help: "The service's name.")
    var name: String

    @OptionGroup var instances: InstanceOptions

    /// Returns the request that the options describe.
    ///
    /// - Throws: `ValidationError` for a name that the source cannot express.
    func request(via: Via) throws -> ServiceRequest {
        try instances.request(for: name, via: via)
    }

    /// The service in words.
    var description: String {
        [
            name, instances.tag.map { "with tag \($0)" }, instances.portName.map { "at its port \($0)" },
            instances.datacenter.map { "in \($0)" },
        ].compactMap { $0 }.joined(separator: " ")
    }
}
