// SPDX-License-Identifier: Apache-2.0
import ConsulResolver

let resolver = try ServiceResolver()
let resolution = try await resolver.resolve("web")
switch resolution.outcome {
case .endpoints(let endpoints): for endpoint in endpoints { print("http://\(endpoint.authority)/") }
case .empty: print("nothing healthy to connect to")
case .unknown(let failure): print("keep what you have: \(failure)")
}
await resolver.shutdown()
