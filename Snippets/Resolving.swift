// SPDX-License-Identifier: Apache-2.0

// snippet.hide
import ConsulDNS
import ConsulHTTP
// snippet.show
// snippet.lookup
import ConsulResolver

let resolver = try ServiceResolver()
switch try await resolver.resolve("web").outcome {
case .endpoints(let endpoints): for endpoint in endpoints { print("http://\(endpoint.authority)/") }
case .empty(let reason): print("nothing healthy to connect to: \(reason.map { "\($0)" } ?? "no reason known")")
case .unknown(let failure): print("keep what you have: \(failure)")
}
// snippet.end

// snippet.requests
_ = try await resolver.resolve("web", tag: "v2", in: .datacenter("dc2"))
_ = try await resolver.resolve(ServiceRequest("web", tags: ["v2", "canary"], filter: "Service.Meta.zone == a"))
_ = try await resolver.resolve(.preparedQuery("nearest-web"))
// snippet.end

// snippet.complete
let web = try await resolver.resolve("web")
if !web.isComplete { print("at least \(web.endpoints.count) instances, from \(web.source)") }
// snippet.end

// snippet.names
let query = try DNSQuery(Question(name: ConsulName.service("web", tag: "v2").domainName, type: .srv))
do { _ = try ConsulName.service("v2.web") } catch {
    print(error)  // a service with a dot would become the service "web" with the tag "v2"
}
// snippet.end

// snippet.follow
for await resolution in resolver.service("web", updating: .watch).updates {
    print(resolution.endpoints.count, resolution.isStale ? "stale" : "fresh")
}
// snippet.end

// snippet.health
let consul = try ConsulHTTPClient()
let answer = try await consul.serviceHealth(ServiceHealthRequest("web"))
for entry in answer.value { print(entry.node.name, entry.aggregatedStatus) }
for try await update in consul.watchServiceHealth(ServiceHealthRequest("web")) {
    if let entries = update.value { print("now \(entries.count) instances") }
}
await consul.shutdown()
// snippet.end

// snippet.configure
var configuration = try ServiceResolver.Configuration.fromProcessEnvironment()
configuration.timeout = .seconds(1)
let configured = try ServiceResolver(configuration: configuration)
// snippet.end

// snippet.stale
let last = try await resolver.resolve("web")
if last.isStale { print("Consul does not answer; the endpoints are \(last.age) old") }
// snippet.end

// snippet.snapshot
configuration.cache?.staleLimit = .seconds(86_400)
configuration.snapshot = .init(path: "/var/lib/shop/consul.snapshot")
configuration.probes = .init(check: .http(path: "/health"))
let prepared = try ServiceResolver(configuration: configuration)
// snippet.end

// snippet.alternatives
var request = ServiceRequest("web")
request.alternatives = [.datacenter("dc2"), .preparedQuery("nearest-web")]
let elsewhere = try await resolver.resolve(request)
if let alternative = elsewhere.alternative { print("from \(alternative)") }
// snippet.end
