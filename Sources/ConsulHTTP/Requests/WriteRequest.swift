// SPDX-License-Identifier: Apache-2.0

/// A change. It is sent once: whether one that brought no answer has happened, nobody knows.
package struct WriteRequest: Sendable {
    /// How changes are asked for.
    package enum Method: String, Sendable {
        /// Creates or replaces.
        case put = "PUT"
        /// Adds; transactions and queries use it.
        case post = "POST"
        /// Removes.
        case delete = "DELETE"
    }

    /// How it is asked for.
    package var method: Method

    /// The endpoint.
    package var path: RequestPath

    /// The parameters of this endpoint.
    package var query: RequestQuery

    /// The datacenter, namespace and partition it concerns; the client's where they are `nil`.
    package var datacenter: String?
    package var namespace: String?
    package var partition: String?

    /// What is sent, always with its length: Consul passes over bodies without one (hashicorp/consul#6515), so that a
    /// session would come to be with other properties than it was given.
    package var body: [UInt8]

    /// The statuses that are answers and no errors.
    package var answerStatuses: Set<Int>

    /// A change.
    package init(
        _ method: Method,
        _ path: RequestPath,
        query: RequestQuery = RequestQuery(),
        body: [UInt8] = [],
        answerStatuses: Set<Int> = [200]
    ) {
        self.method = method
        self.path = path
        self.query = query
        self.body = body
        self.answerStatuses = answerStatuses
    }
}
