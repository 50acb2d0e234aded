// SPDX-License-Identifier: Apache-2.0

/// One request, as its caller sees it.
struct Sample: Sendable {
    let phase: Timetable.Phase
    /// The ports of the servers used; more than one if the request was retried.
    let asked: [UInt16]
    let isAnswered: Bool
    /// The time from the moment at which the request was due until the caller had an answer or an error.
    let time: Duration
}
