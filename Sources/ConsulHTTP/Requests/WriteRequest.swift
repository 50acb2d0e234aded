// SPDX-License-Identifier: Apache-2.0

/// A change. It is sent only once: if no answer arrives, the change may or may not have been applied.
package struct WriteRequest: Sendable {
    /// The HTTP methods of changes.
    package enum Method: String, Sendable {
        /// Creates or replaces an object.
        case put = "PUT"
        /// Adds an object; transactions and queries use it.
        case post = "POST"
        /// Removes an object.
        case delete = "DELETE"
    }

    /// The HTTP method.
    package var method: Method

    /// The endpoint.
    package var path: RequestPath

    /// The parameters of this endpoint.
    package var query: RequestQuery

    /// The datacenter, namespace and partition of the change; `nil` for the client's.
    package var datacenter: String?
    package var namespace: String?
    package var partition: String?

    /// The body, which is always sent with its length: Consul ignores a body without one (hashicorp/consul#6515), and
    /// would create a session with default properties.
    package var body: [UInt8]

    /// The statuses that count as answers.
    package var answerStatuses: Set<Int>

    /// True for the renewal of a session or of a check. Renewals have connections of their own, so that other requests
    /// never delay them.
    package var isRenewal = false

    /// Creates a change.
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
