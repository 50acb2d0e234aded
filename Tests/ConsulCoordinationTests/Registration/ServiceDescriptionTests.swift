// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

@testable import ConsulCoordination

/// Ids, JSON and validation of descriptions.
struct ServiceDescriptionTests {
    @Test func `The id of an instance is its name, host and port`() {
        #expect(ServiceDescription(name: "web", port: 8080, address: "10.0.0.1").id == "web-10.0.0.1-8080")
        #expect(ServiceDescription(name: "web", port: nil, address: "a.example").id == "web-a.example")
        #expect(ServiceDescription(name: "web", port: 8080, id: "w1").id == "w1")
        let unnamed = ServiceDescription(name: "web", port: 8080)
        #expect(unnamed.id.hasPrefix("web-") && unnamed.id.hasSuffix("-8080") && unnamed.id.count > "web--8080".count)
        #expect(unnamed.id == ServiceDescription(name: "web", port: 8080).id)
    }

    @Test func `The checks of a service have Consul's ids unless they have their own (A3)`() {
        var service = ServiceDescription(name: "web", port: 80, id: "w1")
        #expect(service.identifiedChecks.map(\.id) == ["service:w1"])
        service.checks = [.ttl(.seconds(3)), .tcp("127.0.0.1:80"), .ttl(.seconds(6))]
        service.checks[1].id = "mine"
        #expect(service.identifiedChecks.map(\.id) == ["service:w1:1", "mine", "service:w1:3"])
        #expect(service.heartbeatCheckIDs == ["service:w1:1", "service:w1:3"])
        #expect(service.timeToLive == .seconds(3))
    }

    @Test func `A registration has the incarnation in its metadata and in the headers of HTTP checks`() {
        var service = ServiceDescription(name: "web", port: 80, id: "w1")
        service.checks = [.http("http://127.0.0.1:80/health", headers: ["Accept": "text/plain"])]
        service.checks[0].timeout = .seconds(2)
        service.checks[0].failuresBeforeCritical = 3
        service.checks[0].deregisterCriticalAfter = .seconds(90)
        #expect(
            service.json(incarnation: "i1").description == """
                {"Name":"web","ID":"w1","Tags":[],"EnableTagOverride":false,"Port":80,"Meta":{"incarnation":"i1"},\
                "Weights":{"Passing":1,"Warning":1},"Checks":[{"CheckID":"service:w1","Status":"critical",\
                "HTTP":"http://127.0.0.1:80/health","Method":"GET",\
                "Header":{"Accept":["text/plain"],"X-Consul-Instance":["i1"]},"Interval":"10000ms",\
                "Timeout":"2000ms","FailuresBeforeCritical":3,"DeregisterCriticalServiceAfter":"90000ms"}]}
                """
        )
    }

    @Test func `A usual description is valid`() throws {
        var service = ServiceDescription(name: "web", port: 65535, address: "2001:db8::1")
        service.metadata = ["version": "1.2", "a_B-3": ""]
        service.weights = .init(passing: 65535, warning: 0)
        service.taggedAddresses = ["wan": .init(address: "web.example", port: 80)]
        service.checks = [
            .ttl(.seconds(1)), .http("https://[::1]:1/"), .tcp("[::1]:80"), .grpc("host:1/a.b"), .alias(of: "other"),
        ]
        try service.validate()
    }

    struct Mistake: Sendable, CustomStringConvertible {
        let description: String
        let make: @Sendable (inout ServiceDescription) -> Void

        init(_ description: String, _ make: @escaping @Sendable (inout ServiceDescription) -> Void) {
            (self.description, self.make) = (description, make)
        }

        init(
            check description: String,
            _ check: ServiceCheck,
            _ change: @Sendable (inout ServiceCheck) -> Void = { _ in }
        ) {
            var check = check
            change(&check)
            self.init(description) { [check] in $0.checks = [check] }
        }

        static let all = [
            Mistake("name") { $0.name = "" },
            Mistake("id") { $0.id = "" },
            Mistake("after the server listens") { $0.port = 0 },
            Mistake("port 70000") { $0.port = 70000 },
            Mistake("port -1") { $0.port = -1 },
            Mistake("every interface") { $0.address = "0.0.0.0" },
            Mistake("every interface") { $0.address = "::" },
            Mistake("leave it out") { $0.address = "" },
            Mistake("neither") { $0.address = "10.0.0.256" },
            Mistake("neither") { $0.address = "10.0.0.1:80" },
            Mistake("every interface") { $0.taggedAddresses = ["wan": .init(address: "0.0.0.0", port: 1)] },
            Mistake("a.b") { $0.metadata = ["a.b": "c"] },
            Mistake("reserves") { $0.metadata = ["consul-a": "b"] },
            Mistake("incarnation") { $0.metadata = ["incarnation": "b"] },
            Mistake("512") { $0.metadata = ["a": String(repeating: "x", count: 513)] },
            Mistake("64 pairs") { $0.metadata = .init(uniqueKeysWithValues: (0..<64).map { ("k\($0)", "") }) },
            Mistake("weight") { $0.weights.passing = 0 },
            Mistake("same id") {
                $0.checks = [.ttl(.seconds(5)), .tcp("a:1")]
                $0.checks[0].id = "a"
                $0.checks[1].id = "a"
            },
            Mistake(check: "time to live", .ttl(.milliseconds(999))),
            Mistake(check: "time to live", .ttl(.seconds(-3))),
            Mistake(check: "URL", .http("nope")),
            Mistake(check: "URL", .http("http:///path")),
            Mistake(check: "method", .http("http://a", method: "")),
            Mistake(check: "host and port", .tcp("nohost")),
            Mistake(check: "host and port", .tcp("a:0")),
            Mistake(check: "target", .grpc("/service")),
            Mistake(check: "alias", .alias(of: "")),
            Mistake(check: "interval", .tcp("a:1")) { $0.interval = .milliseconds(1) },
            Mistake(check: "timeout", .tcp("a:1")) { $0.timeout = .zero },
            Mistake(check: "one result", .tcp("a:1")) { $0.failuresBeforeCritical = 0 },
            Mistake(check: "only checks that Consul runs", .ttl(.seconds(5))) { $0.successesBeforePassing = 2 },
            Mistake(check: "1 min", .tcp("a:1")) { $0.deregisterCriticalAfter = .seconds(59) },
            Mistake(check: "initial status", .tcp("a:1")) { $0.initialStatus = .maintenance },
            Mistake(check: "id of a check", .tcp("a:1")) { $0.id = "" },
        ]
    }

    @Test(arguments: Mistake.all)
    func `A wrong registration is a typed error that names the mistake, and is not sent (A14)`(_ mistake: Mistake)
        throws
    {
        var service = ServiceDescription(name: "web", port: 80)
        mistake.make(&service)
        let client = try ConsulHTTPClient()
        let error = #expect(throws: CoordinationError.self) { try ServiceRegistrar(client, service) }
        #expect(error?.code == .invalidArgument)
        #expect(error?.message.contains(mistake.description) == true, "\(error?.message ?? "")")
    }

    @Test func `A health closure needs a TTL check, and settings have bounds`() throws {
        let client = try ConsulHTTPClient()
        var service = ServiceDescription(name: "web", port: 80)
        var configuration = ServiceRegistrar.Configuration()
        configuration.shutdownTimeout = .zero
        #expect(throws: CoordinationError.self) {
            try ServiceRegistrar(client, service, configuration: configuration)
        }
        service.checks = [.tcp("127.0.0.1:80")]
        #expect(throws: CoordinationError.self) { try ServiceRegistrar(client, service) { .passing } }
    }
}
