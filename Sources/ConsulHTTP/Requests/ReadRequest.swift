// SPDX-License-Identifier: Apache-2.0

/// A read of one endpoint, which may be repeated without harm.
package struct ReadRequest: Hashable, Sendable {
    /// The endpoint.
    package var path: RequestPath

    /// The parameters of this endpoint; those of ``options`` are appended when the request is sent.
    package var query: RequestQuery

    /// The options that apply to every read.
    package var options: ReadOptions

    /// The statuses that count as answers. The agent's health endpoints express the health of a service by status, 429
    /// included, and for a watcher of a key its absence is an answer.
    package var answerStatuses: Set<Int>

    /// Creates a read.
    package init(
        _ path: RequestPath,
        query: RequestQuery = RequestQuery(),
        options: ReadOptions = ReadOptions(),
        answerStatuses: Set<Int> = [200]
    ) {
        self.path = path
        self.query = query
        self.options = options
        self.answerStatuses = answerStatuses
    }
}
