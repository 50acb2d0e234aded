// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulResolver

/// `consul-resolve doctor [NAME]`
struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Diagnose the connection from this machine to Consul, and suggest remedies.",
        usage: "consul-resolve doctor [<name>] [<options>]",
        discussion: """
            Checks DNS over UDP and TCP, the HTTP API, the cluster, the token, and the agent's DNS settings; with a \
            name also that service, over DNS and over HTTP. Each finding is "ok", a "note", which does not keep \
            clients from finding a service, or a "problem"; a remedy follows "->". The command only reads. --timeout \
            limits each query.

            Problems alone do not change the exit status. It is 0 if Consul answers or, with a name, if DNS or HTTP \
            shows an instance; 2 if Consul says that the service has no healthy instance; 3 if Consul did not answer \
            or does not let the token read the service.

            EXAMPLES:
              consul-resolve doctor
              consul-resolve doctor web --tag v2
              consul-resolve doctor web --format json
            """
    )

    @Argument(help: "The service to check.")
    var name: String?

    @OptionGroup var instances: InstanceOptions

    @Option(help: "The sources to check: auto for both, dns or http.")
    var via = Via.auto

    @OptionGroup var server: ServerOptions

    @OptionGroup var http: HTTPOptions

    @Option(help: "text or json.")
    var format = ReportFormat.text

    func validate() throws {
        if name == nil, !instances.isEmpty {
            throw ValidationError("--tag, --port-name and --datacenter need the name of a service; add it")
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
        if format == .text, Terminal.canRedraw {
            try Terminal.output(diagnosis.text(columns: Terminal.size.columns))
        } else {
            try Terminal.output(diagnosis, as: format)
        }
        if diagnosis.status != .success { throw diagnosis.status }
    }

    private func request() throws -> ServiceRequest? {
        try name.map { try instances.request(for: $0, via: via) }
    }
}
