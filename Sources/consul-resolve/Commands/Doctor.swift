// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve doctor [NAME]`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say what is wrong between this machine and Consul, and what to do.",
        discussion: """
            Looks at DNS over UDP and TCP, at the HTTP API, the cluster, the token, and the agent's DNS settings; with a \
            name also at that service, from both sides. Each finding is "ok", a "note" that stops nobody from finding a \
            service, or a "problem", with what to do behind "->". Nothing is changed anywhere. --timeout is the time for \
            each question.

            Problems alone do not change the exit status. It is 0 if Consul can be asked or, with a name, if DNS or HTTP \
            shows an instance; 2 if Consul says that the service has none that is healthy; 3 if Consul could not be asked \
            or does not let the token read.
            """
    )

    @Argument(help: "The service to look at.")
    var name: String?

    @OptionGroup var instances: InstanceOptions

    @Option(help: "What to look at: auto for everything, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    @Option(help: "text or json.")
    var format = ReportFormat.text

    func validate() throws {
        if name == nil, !instances.isEmpty {
            throw ValidationError("--tag, --port-name and --datacenter are about a service; name it")
        }
        _ = try request()
    }

    func run() async throws {
        let configuration = try server.configuration(via: via, http: http)
        let examination = Examination(
            configuration: configuration,
            via: via,
            tokenName: http.tokenName,
            request: try request()
        )
        let diagnosis = Diagnosis(try await examination.facts())
        try Terminal.output(format == .json ? diagnosis.json.description : diagnosis.text)
        if diagnosis.status != .success { throw diagnosis.status }
    }

    private func request() throws -> ServiceRequest? {
        try name.map { try instances.request(for: $0, via: via) }
    }
}
