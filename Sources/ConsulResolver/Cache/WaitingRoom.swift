// SPDX-License-Identifier: Apache-2.0

/// Tasks that wait for one event, each of which may have to leave before it.
///
/// A pure value: it only keeps the continuations. Whoever settles a place gets the continuation to resume, after having
/// let go of the lock that guards the room. A place is taken before there is a continuation to put into it, so that
/// nothing that happens in between is missed.
struct WaitingRoom<Value: Sendable>: Sendable {
    typealias Continuation = UnsafeContinuation<Value, Never>

    /// A place in the room.
    struct Place: Hashable, Sendable {
        fileprivate let number: UInt64
        /// Whether only the event itself will do.
        fileprivate let isPatient: Bool
    }

    /// What is to be resumed, and with what.
    struct Call: Sendable {
        fileprivate let continuation: Continuation
        fileprivate let value: Value

        func resume() { continuation.resume(returning: value) }
    }

    private enum Occupant {
        case coming
        case waiting(Continuation)
        case settled(Value)
    }

    /// Given back when it is empty: there is a room for each of thousands of services, and somebody in few of them.
    private var occupants: [Place: Occupant] = [:] {
        didSet { if occupants.isEmpty, occupants.capacity > 0 { occupants = [:] } }
    }
    private var next: UInt64 = 0

    var isEmpty: Bool { occupants.isEmpty }

    /// Takes a place.
    ///
    /// - Parameter isPatient: Whether to stay when the impatient leave.
    mutating func enter(isPatient: Bool = false) -> Place {
        next += 1
        let place = Place(number: next, isPatient: isPatient)
        occupants[place] = .coming
        return place
    }

    /// Waits at a place that has been taken.
    ///
    /// - Returns: What to resume at once, if the place has been settled already.
    mutating func wait(_ continuation: Continuation, at place: Place) -> Call? {
        if case .settled(let value) = occupants[place] {
            occupants[place] = nil
            return Call(continuation: continuation, value: value)
        }
        occupants[place] = .waiting(continuation)
        return nil
    }

    /// Lets one leave; nothing happens if it has left.
    mutating func settle(_ place: Place, with value: Value) -> Call? {
        switch occupants[place] {
        case .coming:
            occupants[place] = .settled(value)
            return nil
        case .waiting(let continuation):
            occupants[place] = nil
            return Call(continuation: continuation, value: value)
        case .settled, nil:
            return nil
        }
    }

    /// Lets everybody leave.
    mutating func settleAll(with value: Value) -> [Call] { settle(with: value) { _ in true } }

    /// Lets those leave who take what they can get.
    mutating func settleImpatient(with value: Value) -> [Call] { settle(with: value) { !$0.isPatient } }

    private mutating func settle(with value: Value, where isMeant: (Place) -> Bool) -> [Call] {
        var calls: [Call] = []
        calls.reserveCapacity(occupants.count)
        for (place, occupant) in occupants where isMeant(place) {
            switch occupant {
            case .coming:
                occupants[place] = .settled(value)
            case .waiting(let continuation):
                occupants[place] = nil
                calls.append(Call(continuation: continuation, value: value))
            case .settled:
                break
            }
        }
        return calls
    }
}
