// SPDX-License-Identifier: Apache-2.0

import ConsulResolver

@testable import ResolutionModel
@testable import TestSupport

/// A random catalog of services, with the registrations and the requests for them. It is as irregular as real catalogs,
/// since Consul checks almost nothing.
///
/// The seed determines everything. Names begin with a prefix, so that many catalogs fit into one agent.
struct RandomCatalog: Sendable {
    /// The seed that determines the catalog.
    let seed: UInt64
    /// The bodies for `/v1/catalog/register`, one for each registration.
    private(set) var registrations: [JSONObject] = []
    /// The bodies for `/v1/query`, one for each prepared query.
    private(set) var queries: [JSONObject] = []
    /// The requests to compare.
    private(set) var requests: [ServiceRequest] = []
    /// True if a name in the catalog makes Consul drop every DNS answer about its service.
    let silencesDNS: Bool
    /// The services, in lower case, with ports that DNS reports modulo its 16 bits.
    private var servicesWithWrappedPorts: Set<String> = []

    private let prefix: String
    private let services: [String]
    private var generator: SeededGenerator
    private var nodes = 0

    /// - Parameters:
    ///   - seed: The seed that determines the catalog.
    ///   - datacenter: The datacenter to query; `nil` for the agent's own.
    init(seed: UInt64, datacenter: String? = nil) {
        var generator = SeededGenerator(seed: seed)
        self.seed = seed
        let prefix = "c" + String(seed, radix: 36)
        self.prefix = prefix
        silencesDNS = generator.happens(0.01)
        services = (0..<Int.random(in: 1...3, using: &generator)).map { number in
            RandomCatalog.serviceName("\(prefix)s\(number)", &generator)
        }
        self.generator = generator
        for service in services { add(service) }
        if self.generator.happens(0.15) {
            let name = "\(prefix)-query"
            queries.append(["Name": .string(name), "Service": ["Service": .string(services[0])]])
            requests.append(.preparedQuery(name))
        }
        for service in services { ask(for: service) }
        if let datacenter {
            for index in requests.indices { requests[index].locality = .datacenter(datacenter) }
        }
    }

    /// True if DNS reports other ports than the registered ones.
    func hasWrappedPorts(_ request: ServiceRequest) -> Bool {
        let service = request.kind == .preparedQuery ? services[0] : request.name
        return servicesWithWrappedPorts.contains(service.lowercased())
    }

    // MARK: Names

    private static func serviceName(_ base: String, _ generator: inout SeededGenerator) -> String {
        let odd: [(String) -> String] = [
            { $0.uppercased() }, { "\($0)_x" }, { "_\($0)" }, { "\($0)-" }, { "\($0)/a%b" }, { "\($0)?a=b&c#d" },
            { "\($0)+$*" }, { "\($0).dotted" }, { "\($0) spaced" }, { "\($0)'@" }, { "\($0)é" },
            { $0 + String(repeating: "x", count: 63 - $0.utf8.count) },
            { $0 + String(repeating: "x", count: 64 - $0.utf8.count) },
        ]
        return generator.happens(0.3) ? (odd.randomElement(using: &generator) ?? { $0 })(base) : base
    }

    private mutating func nodeName() -> String {
        nodes += 1
        let base = "\(prefix)-n\(nodes)"
        if silencesDNS, nodes == 1 { return base + String(repeating: "x", count: 64) }
        let odd = [base.uppercased(), "\(base).dotted", "\(base)_x", "\(base) spaced", "\(base)é", "\(base);x"]
        return pick(0.15) ? choose(odd) : base
    }

    // MARK: Services

    private mutating func add(_ service: String) {
        let count = choose([0, 1, 1, 2, 3, 5, 8])
        for number in 0..<count {
            registrations.append(registration(of: service, id: "\(service)-\(number)"))
        }
        // The same address and port once more, on another node or on the same one.
        if let last = registrations.last, count > 0, pick(0.2) {
            var copy: JSONObject = ["Node": .string(pick(0.7) ? nodeName() : last["Node"]?.string ?? "")]
            if let instance = last["Service"]?.object {
                copy = copy.merging(["Service": .object(instance.merging(["ID": .string("\(service)-copy")]))])
            }
            var checks: [JSONObject.Value] = []
            if case .array(let all)? = last["Checks"] {
                checks = all.compactMap(\.object).filter { $0["ServiceID"]?.string?.isEmpty == false }.map {
                    let id = "\($0["CheckID"]?.string ?? "")-copy"
                    return .object($0.merging(["ServiceID": .string("\(service)-copy"), "CheckID": .string(id)]))
                }
            }
            registrations.append(last.merging(copy).merging(["Checks": .array(checks)]))
        }
    }

    private mutating func registration(of service: String, id: String) -> JSONObject {
        var instance: JSONObject = [
            "Service": .string(service), "ID": .string(id), "Address": .string(pick(0.3) ? "" : address()),
            "Port": .number(Double(port(of: service))),
            "Tags": .array(["v1", "V2", "a.b"].filter { _ in pick(0.5) }.map { .string($0) }),
        ]
        if pick(0.4) { instance = instance.merging(["Weights": weights()]) }
        if pick(0.3) {
            let tagged = taggedAddresses { .object(["Address": .string($0), "Port": 1234]) }
            instance = instance.merging(["TaggedAddresses": tagged])
        }
        var entry: JSONObject = [
            "Node": .string(nodeName()), "Address": .string(pick(0.7) ? usualAddress() : address()),
            "Service": .object(instance), "Checks": .array(checks(of: id)),
        ]
        if pick(0.3) { entry = entry.merging(["TaggedAddresses": taggedAddresses { .string($0) }]) }
        if pick(0.2) { entry = entry.merging(["NodeMeta": ["zone": "a", "rfc1035-text": "words"]]) }
        return entry
    }

    private mutating func weights() -> JSONObject.Value {
        [
            "Passing": .number(Double(choose([1, 2, 10, 65_535, 0, -1, 70_000]))),
            "Warning": .number(Double(choose([0, 1, 3, 65_535]))),
        ]
    }

    private mutating func checks(of id: String) -> [JSONObject.Value] {
        let states = ["passing", "passing", "passing", "warning", "critical", "unheard-of"]
        var checks: [JSONObject.Value] = []
        for (number, serviceID) in ["", id, id].enumerated() where pick(0.4) {
            let names = ["check-\(number)", "check-\(number)", "check-\(number)", maintenance(of: serviceID)]
            checks.append([
                "CheckID": .string(choose(names)), "Name": "a check", "Status": .string(choose(states)),
                "ServiceID": .string(serviceID),
            ])
        }
        return checks
    }

    private func maintenance(of id: String) -> String {
        id.isEmpty ? "_node_maintenance" : "_service_maintenance:\(id)"
    }

    private mutating func port(of service: String) -> Int {
        guard pick(0.02) else { return pick(0.1) ? choose([0, 65_535, 1]) : choose([80, 8080, 8081]) }
        servicesWithWrappedPorts.insert(service.lowercased())
        return choose([-1, 65_536, 70_000, -70_000])
    }

    private mutating func taggedAddresses(_ write: (String) -> JSONObject.Value) -> JSONObject.Value {
        var members: [String: JSONObject.Value] = [:]
        for tag in ["lan", "lan_ipv4", "lan_ipv6", "wan", "wan_ipv4", "wan_ipv6"] where pick(0.35) {
            members[tag] = write(tag.hasSuffix("6") ? "2001:db8::\(choose(Array(1...9)))" : usualAddress())
        }
        return .object(JSONObject(members))
    }

    // MARK: Addresses

    /// So few addresses that some of them are registered more than once.
    private mutating func usualAddress() -> String {
        pick(0.8) ? "10.\(choose([0, 1])).0.\(choose(Array(1...20)))" : "2001:db8::\(choose(Array(1...9)))"
    }

    private mutating func address() -> String {
        if pick(0.5) { return usualAddress() }
        return pick(0.4) ? consulName() : choose(RandomCatalog.addresses)
    }

    private static let addresses = [
        // Addresses in other spellings.
        "::ffff:10.0.0.1", "::FFFF:0a00:0001", "2001:DB8:0:0:0:0:0:1", "10.0.0.1.", "2001:db8::1.", "::ffff:10.0.0.1.",
        // Hosts.
        "db.example.com", "DB.Example.COM", "db.example.com.", "localhost", "a_b.example.com", "-a-.example.com",
        "host",
        "xn--exmple-cua.com", "consul", "consul.", "consul.example.com", "my.consul.example",
        // Values that no connection can be made to.
        "10.1.1.1:99", "[2001:db8::1]", "[2001:db8::1]:80", "fe80::1%eth0", "/var/run/x.sock", "http://10.0.0.1",
        "10.0.0",
        "10.0.0.256", "1.2.3.4.5", " 10.0.0.1", "10.0.0.1 ", "ex ample.com", "exämple.com", "a;b.example.com",
        "*.example.com", "a@b.com", ".", "255.255.255.255", "224.0.0.1", "ff02::1", "a\\b.example.com",
        "a\\.b.example.com", "\\097.example.com", "2130706433", "a'b.com", "@",
    ]

    /// A name in Consul's own domain: of one of these services, of a node, of an address, or of something that does not
    /// exist.
    private mutating func consulName() -> String {
        // A label of more than 63 bytes silences DNS, and the underscore counts.
        let service = choose(services.filter { $0.utf8.count < 63 } + ["\(prefix)-nobody"])
        let node = "\(prefix)-n\(choose([1, 2, 3, 99]))"
        let name = choose([
            "\(service).service", "\(service).service", "\(service).service.dc1", "v1.\(service).service",
            "a.b.\(service).service", "_\(service)._tcp.service", "_\(service)._v1.service", "\(node).node",
            "\(node).node.dc1", "\(node).NODE", "0a000007.addr", "0A000007.ADDR.dc1",
            "20010db8000000000000000000000007.addr",
            "0a0000.addr", "\(prefix)-query.query", "\(service).connect", "\(service).service.dc9", "service", "node",
            "nobody", "x.y.0a000007.addr", "\(service).service.dc2",
        ])
        return name + choose([".consul", ".consul", ".consul", ".consul.", ".CONSUL"])
    }

    // MARK: Requests

    private mutating func ask(for service: String) {
        requests.append(ServiceRequest(pick(0.2) ? service.lowercased() : service))
        if pick(0.3) { requests.append(ServiceRequest(service, tags: [choose(["v1", "V1", "v2", "a.b", "nothing"])])) }
    }

    // MARK: Chance

    private mutating func pick(_ probability: Double) -> Bool { generator.happens(probability) }

    private mutating func choose<Element>(_ elements: [Element]) -> Element {
        elements[Int.random(in: 0..<elements.count, using: &generator)]
    }
}
