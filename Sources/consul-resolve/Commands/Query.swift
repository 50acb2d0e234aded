// SPDX-License-Identifier: Apache-2.0

import ArgumentParser
import ConsulDNS
import ConsulResolver
import DNSWire

/// `consul-resolve query NAME`
struct Query: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "Send one DNS query to Consul and show the response.",
        usage: "consul-resolve query <name> [<options>]",
        discussion: """
            Every response is a success, whatever its response code.

            EXAMPLES:
              consul-resolve query web.service.consul
              consul-resolve query web.service.consul --type A --transport udp --edns-size 0
              consul-resolve query n1.node.consul --type A --format json
            """
    )

    @Argument(help: "The full name, such as web.service.consul.", transform: parseName)
    var name: DomainName

    @Option(
        help: "SRV, A, AAAA, PTR, TXT, SOA, NS, CNAME, ANY, or TYPEn for any type number.",
        transform: parseType
    )
    var type = RecordType.srv

    @Option(help: "udp, tcp, or auto: TCP unless the datagram proves that the answer is complete.")
    var transport = TransportChoice.auto

    @Option(
        name: .customLong("edns-size"),
        help: "UDP payload size to advertise, up to 4096; 0 sends no EDNS. Default: 4096 on this machine, else 1232."
    )
    var ednsSize: UInt16?

    @OptionGroup var server: ServerOptions

    @Option(help: "text or json.")
    var format = ReportFormat.text

    func validate() throws {
        if let ednsSize, ednsSize > DNSQuery.maximumPayloadSize {
            throw ValidationError("--edns-size \(ednsSize): Consul fails to send some answers above 4096 bytes")
        }
    }

    func run() async throws {
        let resolver = try server.resolver(via: .dns)
        let question = Question(name: name, type: type)
        do {
            let answer = try await resolver.query(question, transport: transport.configured, payloadSize: payloadSize)
            let report = QueryReport(question: question, answer: answer, message: try answer.message())
            try Terminal.output(report, as: format)
        } catch let error as ResolutionFailure {
            throw Terminal.failure("no answer about \(name): \(error)")
        } catch let error as WireError {
            throw Terminal.failure("the answer about \(name) cannot be read: \(error)")
        }
    }

    private var payloadSize: ResolverConfiguration.DNS.PayloadSize {
        switch ednsSize {
        case nil: .automatic
        case 0?: .none
        case let size?: .bytes(size)
        }
    }

    private static func parseName(_ text: String) throws -> DomainName {
        do {
            return try DomainName(text)
        } catch {
            throw ValidationError("\(error)")
        }
    }

    private static func parseType(_ text: String) throws -> RecordType {
        guard let type = RecordType(mnemonic: text) else {
            throw ValidationError("\"\(text)\" is not a record type; write a name such as SRV, or TYPE and a number")
        }
        return type
    }
}
