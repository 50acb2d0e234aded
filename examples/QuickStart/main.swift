// SPDX-License-Identifier: Apache-2.0
import ConsulResolver

let resolver = try ServiceResolver()
// To look up the service:
switch try await resolver.resolve("web").outcome {
case .endpoints(let endpoints): for endpoint in endpoints { print("http://\(endpoint.authority)/") }
case .empty: print("nothing healthy to connect to")
case .unknown(let failure): print("keep what you have: \(failure)")
}
// To use one endpoint at a time; slow or failing endpoints get less traffic.
let web = resolver.service("web")
try await web.withEndpoint { endpoint in print("GET http://\(endpoint.authority)/") }
await resolver.shutdown()
