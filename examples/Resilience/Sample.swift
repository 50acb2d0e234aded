// SPDX-License-Identifier: Apache-2.0

/// One request, as its caller sees it.
struct Sample: Sendable {
    let phase: Timetable.Phase
    /// The ports of those that were asked; more than one if it was tried again.
    let asked: [UInt16]
    let isAnswered: Bool
    /// From when it was due until the caller had an answer or an error.
    let time: Duration
}
