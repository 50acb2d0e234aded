// SPDX-License-Identifier: Apache-2.0

/// A read of one endpoint: something that may be asked again without harm.
package struct ReadRequest: Hashable, Sendable {
    /// The endpoint.
    package var path: RequestPath

    /// The parameters of this endpoint; those of ``options`` are added when it is sent.
    package var query: RequestQuery

    /// What may be chosen for every read.
    package var options: ReadOptions

    /// The statuses that are answers and no errors. Health endpoints of the agent say by status how a service is, 429
    /// included, and a key that is absent is news to who waits for it.
    package var answerStatuses: Set<Int>

    /// A read.
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
