// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// Which service to ask for.
struct ServiceOptions: ParsableArguments {
    @Argument(help: "The service's name.")
    var name: String

    @OptionGroup var instances: InstanceOptions

    /// What to ask for.
    ///
    /// - Throws: `ValidationError` for a name that cannot be asked for that way.
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
