// SPDX-License-Identifier: Apache-2.0

import Foundation

/// The answers of an agent of one version, in the order of the requests; see `Recordings/README.md`.
public struct Recording: Sendable, Decodable {
    /// The version, such as `v1.15.7`.
    public let consul: String
    /// The HTTP requests and their replies.
    public let http: [RecordedExchange]
    /// The DNS queries and their answers.
    public let dns: [RecordedAnswer]

    /// A recording that is missing or cannot be read.
    public struct Unreadable: Error, CustomStringConvertible {
        /// The requested version.
        public let version: String
        let reason: String

        /// A message that names the version and the reason.
        public var description: String { "cannot read the recording of Consul \(version): \(reason)" }
    }

    /// The recorded versions, oldest first.
    public static let versions = ["1.8.7", "1.15.7", "1.20.0-dev", "1.22.7"]

    /// Reads the recording of a version.
    public init(version: String) throws {
        let name = "consul-\(version)"
        guard let url = Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Recordings") else {
            throw Unreadable(version: version, reason: "there is no \(name).json")
        }
        do {
            self = try JSONDecoder().decode(Recording.self, from: Data(contentsOf: url))
        } catch {
            throw Unreadable(version: version, reason: "\(error)")
        }
    }

    /// Returns the exchange with this description.
    public func exchange(_ about: String) throws -> RecordedExchange {
        guard let found = http.first(where: { $0.about == about }) else {
            throw Unreadable(version: consul, reason: "no HTTP exchange has the description \"\(about)\"")
        }
        return found
    }
}
