// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import Foundation
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import UnixSignals

/// A service that registers, follows its configuration in Consul, and ends without a failed request.
///
///     consul agent -dev &
///     export CONSUL_HTTP_ADDR=127.0.0.1:8500
///     swift run GracefulService 9000 &
///     consul kv put examples/greeter/greeting 'good morning'
///     nc 127.0.0.1 9000
///     kill %2
///
/// On SIGTERM, a `ServiceGroup` stops its services in reverse order: the registrar takes the instance out of the catalog
/// and gives callers time to notice; then the server accepts no more connections, and ends those that are open; then the
/// configuration is no longer followed.
@main
struct GracefulService {
    static func main() async throws {
        let process = ProcessInfo.processInfo
        let logger = Logger(label: "greeter")
        let consul = try ConsulHTTPClient(configuration: ConsulHTTPConfiguration(environment: process.environment))

        let settings = CurrentSettings(
            configuration: consul.keyValues.configuration(in: try .prefix("examples/greeter")),
            logger: logger
        )
        let server = try await GreetingServer(
            port: Int(process.arguments.dropFirst().first ?? "0") ?? 0,
            settings,
            logger
        )
        // The port is known when the server listens.
        var service = ServiceDescription(name: "greeter", port: server.port, address: "127.0.0.1")
        service.checks = [.ttl(.seconds(9))]
        let registrar = try ServiceRegistrar(consul, service, logger: logger)

        let group = ServiceGroup(
            services: [settings, server, registrar],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
        logger.info("has ended")
        await consul.shutdown()
    }
}

/// The settings in Consul, by the names of their keys.
struct Settings: Decodable {
    var greeting = "hello"

    enum CodingKeys: CodingKey { case greeting }

    init() {}

    init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        guard let greeting = try keys.decodeIfPresent(String.self, forKey: .greeting) else { return }
        guard greeting.utf8.count <= 80 else {
            throw DecodingError.dataCorruptedError(forKey: .greeting, in: keys, debugDescription: "more than 80 bytes")
        }
        self.greeting = greeting
    }
}

/// The last valid settings: the defaults, until Consul answers.
actor CurrentSettings: Service {
    private(set) var value = Settings()
    private let configuration: WatchedConfiguration<Settings>
    private let logger: Logger

    init(configuration: WatchedConfiguration<Settings>, logger: Logger) {
        (self.configuration, self.logger) = (configuration, logger)
    }

    func run() async throws {
        for try await update in configuration.cancelOnGracefulShutdown() {
            if let settings = update.value, !update.changes.isEmpty {
                value = settings
                logger.info("greets with \"\(settings.greeting)\"")
            }
            if let rejection = update.rejection { logger.warning("keeps the settings: \(rejection.description)") }
            if let error = update.interruption { logger.warning("keeps the settings: \(error)") }
        }
    }
}
