// SPDX-License-Identifier: Apache-2.0

import Logging

/// The log messages of a registrar: one when a state begins, and one when it ends.
struct RegistrationLog: Sendable {
    private let logger: Logger?

    init(_ logger: Logger?, service: ServiceDescription) {
        var logger = logger
        logger?[metadataKey: "consul.service"] = "\(service.name)"
        logger?[metadataKey: "consul.service.id"] = "\(service.id)"
        self.logger = logger
    }

    /// - Parameters:
    ///   - error: The error of a failed request.
    ///   - before: The status before the event.
    func note(_ event: RegistrationUpkeep.Event, _ error: (any Error)?, before: RegistrationStatus) {
        if let error {
            guard before.problem == nil else { return }
            let isLasting = event == .failed(.denied) || event == .failed(.rejected)
            logger?.log(
                level: isLasting ? .error : .warning,
                isLasting ? "Consul refuses the registration; trying on" : "Consul does not answer; trying on",
                metadata: ["consul.failure": "\(error)"]
            )
            return
        }
        if before.problem != nil { logger?.info("Consul answers again") }
        switch event {
        case .registered: logger?.info("the service is registered")
        case .absent where before.phase != .registering:
            logger?.warning("the agent forgot the service, which is registered again")
        case .present(isOurs: false) where before.phase != .superseded:
            logger?.warning("another process has registered a service with the same id; this one waits")
        default: break
        }
    }

    func duplicates(_ nodes: [String]) {
        guard !nodes.isEmpty else { return }
        logger?.warning(
            "other nodes list an instance with the same address and port; deregister it there",
            metadata: ["consul.nodes": "\(nodes.joined(separator: ", "))"]
        )
    }

    func drainingTookTooLong() {
        logger?.warning("the requests in flight have not ended in time")
    }

    func ended(isGone: Bool, problem: String?) {
        if isGone {
            logger?.info("the service is deregistered")
        } else {
            logger?.warning(
                "the service could not be deregistered in time",
                metadata: ["consul.failure": "\(problem ?? "")"]
            )
        }
    }
}
