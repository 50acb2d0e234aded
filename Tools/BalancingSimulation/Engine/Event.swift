// SPDX-License-Identifier: Apache-2.0

/// Something that happens at a time.
struct Event {
    enum Kind {
        /// A client sends a request.
        case arrival
        /// The client knows how a request went.
        case answer(request: Int)
        /// The source says which endpoints there are.
        case listing(Int)
    }

    /// Nanoseconds since the start.
    let time: Int64
    /// The order among events of the same time, so that one seed is one history.
    let number: Int
    let kind: Kind

    static func < (left: Event, right: Event) -> Bool {
        left.time == right.time ? left.number < right.number : left.time < right.time
    }
}
