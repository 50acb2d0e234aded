// SPDX-License-Identifier: Apache-2.0

import AsyncHTTPClient
import ConsulCoordination
import ConsulResolver
import Foundation
import Hummingbird
import Logging
import Metrics
import ServiceLifecycle
import UnixSignals

/// A web service that registers itself, calls another service, shows its health and its metrics, and drains on SIGTERM.
///
///     consul agent -dev &
///     export CONSUL_HTTP_ADDR=127.0.0.1:8500
///     swift run HummingbirdService stock 9001 &
///     swift run HummingbirdService shop 9002 stock &
///     curl http://127.0.0.1:9002/          # shop asks stock
///     curl http://127.0.0.1:9002/metrics
///     kill %3
///
/// On SIGTERM, the registrar leaves the catalog first, and waits until callers have noticed; then the server ends its
/// requests; then the resolver stops.
@main
struct HummingbirdService {
    static func main() async throws {
        let process = ProcessInfo.processInfo
        guard process.arguments.count >= 3, let port = Int(process.arguments[2]) else {
            print("usage: HummingbirdService NAME PORT [NAME-OF-ANOTHER-SERVICE]")
            exit(64)
        }
        let name = process.arguments[1]
        let upstream = process.arguments.dropFirst(3).first
        let logger = Logger(label: name)
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)

        let consul = try ConsulHTTPClient(configuration: ConsulHTTPConfiguration(environment: process.environment))
        let resolver = try ServiceResolver(configuration: .fromProcessEnvironment(), logger: logger)
        let client = HTTPClient(configuration: .forServices())

        let application = Application(
            router: router(
                name: name,
                upstream: upstream.map { resolver.service(ServiceRequest($0)) },
                client: client,
                metrics: metrics
            ),
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: name),
            logger: logger
        )
        var service = ServiceDescription(name: name, port: port, address: "127.0.0.1")
        var check = ServiceCheck.http("http://127.0.0.1:\(port)/health")
        check.interval = .seconds(1)
        service.checks = [check]
        let registrar = try ServiceRegistrar(consul, service, logger: logger)

        let group = ServiceGroup(
            services: [resolver, application, registrar],
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
        try await client.shutdown()
        await consul.shutdown()
        logger.info("has ended")
    }

    /// Returns the routes of the service.
    static func router(
        name: String,
        upstream: ConsulService?,
        client: HTTPClient,
        metrics: PrometheusMetrics
    ) -> Router<BasicRequestContext> {
        let router = Router()
        router.middlewares.add(MetricsMiddleware())
        router.get("health") { _, _ in HTTPResponse.Status.ok }
        router.get("metrics") { _, _ in metrics.exposition }
        router.get("/") { _, _ in
            guard let upstream else { return "\(name) here\n" }
            let request = HTTPClientRequest(url: "http://\(upstream.request.name)/")
            let response = try await client.execute(request, on: upstream, timeout: .seconds(1))
            let answer = String(buffer: try await response.body.collect(upTo: 4096))
            return "\(name) asked \(upstream.request.name): \(answer)"
        }
        return router
    }
}
