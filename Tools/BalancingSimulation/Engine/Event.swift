// SPDX-License-Identifier: Apache-2.0

/// An event of the simulation.
struct Event {
    enum Kind {
        /// A client sends a request.
        case arrival
        /// The client learns the outcome of a request.
        case answer(request: Int)
        /// The source lists the endpoints.
        case listing(Int)
    }

    /// Nanoseconds since the start.
    let time: Int64
    /// The order among events of the same time, so that one seed produces one history.
    let number: Int
    let kind: Kind

    static func < (left: Event, right: Event) -> Bool {
        left.time == right.time ? left.number < right.number : left.time < right.time
    }
}
