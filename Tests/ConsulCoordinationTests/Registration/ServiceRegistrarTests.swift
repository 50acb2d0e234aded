// SPDX-License-Identifier: Apache-2.0

import ConsulCoordination
import ConsulHTTP
import Logging
import TestSupport
import Testing

/// The upkeep of a registration, against real agents.
@Suite(.timeLimit(.minutes(3)))
struct ServiceRegistrarTests {
    private static let dresses: [AgentDress] = [.plain, .v1_22]

    /// An agent without a directory for its data, so that it forgets its services when it ends.
    private let forgetful = #"{"data_dir": ""}"#

    private func service(_ name: String, ttl: Duration = .seconds(3)) -> ServiceDescription {
        var service = ServiceDescription(name: name, port: 8080, address: "10.20.30.40")
        service.checks = [.ttl(ttl)]
        return service
    }

    @Test(arguments: dresses)
    func `A registered service is passing, with its incarnation, and stays so for several times to live (A11)`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let service = service("kept-\(dress.version ?? "")")
            let registrar = try ServiceRegistrar(consul, service, configuration: quick)
            try await withRunning(registrar) {
                try await registrar.wait(for: "the registration") { $0.phase == .registered }
                try await consul.wait(for: .passing, of: service)
                #expect(try await consul.agentService(service.id)?.meta["incarnation"] == registrar.incarnation)
                for _ in 0..<60 {
                    #expect(try await consul.status(of: service) == .passing)
                    try await Task.sleep(for: .milliseconds(100))
                }
                #expect(registrar.status.problem == nil)
            }
        }
    }

    @Test func `A TTL check without heartbeats becomes critical (A11)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            var service = service("unkept", ttl: .seconds(1))
            service.checks[0].initialStatus = .passing
            try await consul.registerService(service, incarnation: "i")
            try await consul.wait(for: .critical, of: service)
            try await consul.deregisterService(service.id)
        }
    }

    @Test func `Heartbeats outlast a network that is silent for two seconds (A11)`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withByteRelay(upstreamPort: agent.ports.http) { relay in
            try await withConsul(port: relay.port) { silenced in
                try await withConsul(agent) { consul in
                    let service = service("silenced", ttl: .seconds(9))
                    let registrar = try ServiceRegistrar(silenced, service, configuration: quick)
                    try await withRunning(registrar) {
                        try await consul.wait(for: .passing, of: service)
                        try await relay.set(.silent)
                        for _ in 0..<20 {
                            #expect(try await consul.status(of: service) == .passing)
                            try await Task.sleep(for: .milliseconds(100))
                        }
                        try await relay.set(.open)
                        for _ in 0..<90 {
                            #expect(try await consul.status(of: service) == .passing)
                            try await Task.sleep(for: .milliseconds(100))
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: dresses)
    func `A restarted agent that forgot its services gets them again, whatever checks they have (A12)`(
        dress: AgentDress
    ) async throws {
        let agent = try await ConsulAgent.start(configuration: forgetful, dress: dress)
        try await withConsul(agent) { consul in
            let ttl = service("forgotten-ttl")
            var unchecked = service("forgotten-unchecked")
            unchecked.checks = []
            var tcp = service("forgotten-tcp")
            tcp.checks = [.tcp("127.0.0.1:\(agent.ports.http)")]
            tcp.checks[0].interval = .seconds(1)
            let (logger, lines) = RecordingLog.make()
            let all = try [ttl, unchecked, tcp].map {
                try ServiceRegistrar(consul, $0, configuration: quick, logger: logger)
            }
            try await withRunning(all[0]) {
                try await withRunning(all[1]) {
                    try await withRunning(all[2]) {
                        for service in [ttl, unchecked, tcp] { try await consul.wait(for: .passing, of: service) }
                        try await agent.kill()
                        for registrar in all { try await registrar.wait(for: "an outage") { $0.problem != nil } }
                        try await agent.restart()
                        for service in [ttl, unchecked, tcp] { try await consul.wait(for: .passing, of: service) }
                        for registrar in all {
                            try await registrar.wait(for: "the end of the outage") {
                                $0.problem == nil && $0.phase == .registered
                            }
                        }
                    }
                }
            }
            // Each outage is logged when it begins and when it ends, however many requests failed.
            let count = { (text: String) in lines.current.count { $0.message.contains(text) } }
            #expect(count("Consul does not answer") == 3)
            #expect(count("Consul answers again") == 3)
            #expect(count("forgot") == 3)
            #expect(count("is registered") == 9)
        }
        try await agent.stop()
    }

    @Test(arguments: dresses)
    func `A service or a check that was removed from the agent is registered again`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let service = service("removed-\(dress.version ?? "")")
            let registrar = try ServiceRegistrar(consul, service, configuration: quick)
            try await withRunning(registrar) {
                try await consul.wait(for: .passing, of: service)
                try await consul.deregisterService(service.id)
                try await consul.wait(for: .passing, of: service)
                try await agent.put("/v1/agent/check/deregister/service:\(service.id)")
                try await eventually("the check to be back") {
                    try await consul.agentHealth(ofServiceID: service.id)?.checks.map(\.status) == [.passing]
                }
            }
            #expect(try await consul.agentService(service.id) == nil)
        }
    }

    @Test func `A service that another process registered anew is left to it until it is gone`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            var service = service("superseded")
            service.checks = []
            let registrar = try ServiceRegistrar(consul, service, configuration: quick)
            try await withRunning(registrar) {
                try await registrar.wait(for: "the registration") { $0.phase == .registered }
                try await consul.registerService(service, incarnation: "another")
                try await registrar.wait(for: "the other process") { $0.phase == .superseded }
                #expect(try await consul.agentService(service.id)?.meta["incarnation"] == "another")
                try await consul.deregisterService(service.id)
                try await registrar.wait(for: "the end of the other process") { $0.phase == .registered }
            }
        }
    }

    @Test func `An agent that is away at the start and one that hangs end nothing`() async throws {
        let agent = try await ConsulAgent.start()
        try await agent.kill()
        try await withConsul(agent) { consul in
            let service = service("patient")
            let registrar = try ServiceRegistrar(consul, service, configuration: quick)
            try await withRunning(registrar) {
                try await registrar.wait(for: "an outage") { $0.problem != nil && $0.phase == .registering }
                try await agent.restart()
                try await consul.wait(for: .passing, of: service)
                try await agent.pause()
                try await registrar.wait(for: "an outage") { $0.problem != nil }
                try agent.resume()
                try await registrar.wait(for: "the end of the outage") { $0.problem == nil && $0.phase == .registered }
                try await consul.wait(for: .passing, of: service)
            }
        }
        try await agent.stop()
    }

    @Test(arguments: dresses)
    func `A denial is reported and the registration succeeds once it is allowed`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let name = "denied-\(dress.version ?? "plain")"
        let token = try await agent.createToken(rules: #"service "other" { policy = "write" }"#)
        try await withConsul(
            port: agent.ports.http,
            configure: { $0.token = .value(token.secret) }
        ) { consul in
            let (logger, lines) = RecordingLog.make()
            let service = service(name)
            let registrar = try ServiceRegistrar(consul, service, configuration: quick, logger: logger)
            try await withRunning(registrar) {
                try await registrar.wait(for: "the denial") { $0.problem?.contains("403") == true }
                // The status changes just before the log.
                try await eventually("the line in the log", within: .seconds(60)) {
                    lines.current.map(\.level) == [.error]
                }
                try await agent.setRules(
                    #"service "\#(name)" { policy = "write" } node_prefix "" { policy = "read" }"#,
                    of: token
                )
                try await registrar.wait(for: "the registration", within: .seconds(60)) {
                    $0.phase == .registered && $0.problem == nil
                }
                try await consul.wait(for: .passing, of: service)
            }
            #expect(try await consul.agentService(service.id) == nil)
        }
    }

    @Test(arguments: dresses)
    func `A token that is replaced and deleted hides no health and keeps no service in the catalog`(
        dress: AgentDress
    ) async throws {
        let agent = try await SharedConsulAgents.shared.agent(configuration: ConsulAgent.defaultDeny, dress: dress)
        let suffix = dress.version ?? "plain"
        let checked = service("rotated-\(suffix)")
        var unchecked = service("rotated-unchecked-\(suffix)")
        unchecked.checks = []
        let rules = #"service_prefix "" { policy = "write" } node_prefix "" { policy = "read" }"#
        let first = try await agent.createToken(rules: rules)
        let token = WatchedValue(first.secret)
        let health = WatchedValue(ServiceHealth.passing)
        try await withConsul(
            port: agent.ports.http,
            configure: { $0.token = .provider { token.current } }
        ) { consul in
            let registrars = try (
                ServiceRegistrar(consul, checked, configuration: quick) { health.current },
                ServiceRegistrar(consul, unchecked, configuration: quick)
            )
            try await withRunning(registrars.0) {
                try await withRunning(registrars.1) {
                    for service in [checked, unchecked] { try await consul.wait(for: .passing, of: service) }
                    let second = try await agent.createToken(rules: rules)
                    token.update { $0 = second.secret }
                    try await agent.deleteToken(first)
                    health.update { $0 = .critical("out of order") }
                    try await consul.wait(for: .critical, of: checked)
                }
            }
            for service in [checked, unchecked] {
                try await eventually("the end of \(service.id) in the catalog", within: .seconds(20)) {
                    try await consul.status(of: service) == nil
                }
            }
        }
    }

    @Test(arguments: dresses)
    func `The result of the health closure is the status of the service`(dress: AgentDress) async throws {
        struct Broken: Error {}
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let health = WatchedValue<ServiceHealth?>(.critical("starting"))
            let service = service("healthy-\(dress.version ?? "")")
            let registrar = try ServiceRegistrar(consul, service, configuration: quick) {
                guard let health = health.current else { throw Broken() }
                return health
            }
            try await withRunning(registrar) {
                try await consul.wait(for: .critical, of: service)
                health.update { $0 = .passing }
                try await consul.wait(for: .passing, of: service)
                health.update { $0 = .warning("overloaded") }
                try await consul.wait(for: .warning, of: service)
                let checks = try await consul.agentHealth(ofServiceID: service.id)?.checks
                #expect(checks?.map(\.output) == ["overloaded"])
                health.update { $0 = nil }
                try await consul.wait(for: .critical, of: service)
            }
        }
    }

    @Test func `A health closure that hangs stops no heartbeat`() async throws {
        let agent = try await SharedConsulAgents.shared.agent()
        try await withConsul(agent) { consul in
            let service = service("hanging")
            let isOver = WatchedValue(false)
            let registrar = try ServiceRegistrar(consul, service, configuration: quick) {
                await Task { _ = try? await isOver.wait { $0 } }.value
                return .passing
            }
            try await withRunning(registrar) {
                try await consul.wait(for: .warning, of: service)
                try await eventually("the health to be critical by a heartbeat") {
                    let check = try await consul.agentHealth(ofServiceID: service.id)?.checks.first
                    return check?.status == .critical && check?.output?.contains("has not returned") == true
                }
            }
            isOver.update { $0 = true }
        }
    }

    @Test(arguments: dresses)
    func `The maintenance mode begins, outlasts a restart of the agent, and ends`(dress: AgentDress) async throws {
        let agent = try await ConsulAgent.start(configuration: forgetful, dress: dress)
        try await withConsul(agent) { consul in
            let service = service("maintained")
            let registrar = try ServiceRegistrar(consul, service, configuration: quick)
            try await withRunning(registrar) {
                try await consul.wait(for: .passing, of: service)
                try await registrar.enterMaintenance(reason: "new disk")
                try await consul.wait(for: .maintenance, of: service)
                try await agent.restart()
                try await consul.wait(for: .maintenance, of: service)
                try await registrar.leaveMaintenance()
                try await consul.wait(for: .passing, of: service)
            }
            await #expect(throws: CoordinationError.self) { try await registrar.leaveMaintenance() }
        }
        try await agent.stop()
    }

    @Test(arguments: dresses)
    func `An instance with the same address and port on another node is reported`(dress: AgentDress) async throws {
        let agent = try await SharedConsulAgents.shared.agent(dress: dress)
        try await withConsul(agent) { consul in
            let service = service("doubled-\(dress.version ?? "")")
            let other = ServiceRegistration(service.name, id: "other", address: "10.20.30.40", port: 8080)
            try await agent.register(other, node: "doubled-node")
            let (logger, lines) = RecordingLog.make()
            let registrar = try ServiceRegistrar(consul, service, configuration: quick, logger: logger)
            try await withRunning(registrar) {
                try await registrar.wait(for: "the duplicate") { $0.duplicates == ["doubled-node"] }
                try await lines.wait("a warning", within: .seconds(20)) { lines in
                    lines.contains { $0.level == .warning && $0.message.contains("same address") }
                }
            }
            try await agent.deregister(node: "doubled-node")
        }
    }
}
