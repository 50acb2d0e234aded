// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import ConsulResolver
import ResolverSupport

/// The services of the catalog with names close to one that does not exist.
enum SimilarServices {
    /// The time for the request, and for closing the connection after it. A hint must not delay an answer noticeably.
    private static let patience = Duration.milliseconds(300)

    /// Returns up to three names, the closest first; none if Consul cannot be asked.
    static func names(like name: String, _ options: RequestOptions) async throws -> [String] {
        var configuration = try options.server.configuration(via: .http, http: options.http).http
        configuration.requestTimeout = patience
        guard let client = try? ConsulHTTPClient(configuration: configuration) else { return [] }
        var read = ReadOptions()
        // Any server knows the names well enough.
        read.consistency = .stale
        read.datacenter = options.instances.datacenter
        let answer = try? await client.catalogServices(options: read)
        _ = await BoundedTask.wait(atMost: patience) { await client.shutdown() }
        return Words.similar(to: name, among: answer?.value.keys.filter { $0 != name } ?? [])
    }
}
