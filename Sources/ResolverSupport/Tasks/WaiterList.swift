// SPDX-License-Identifier: Apache-2.0

/// A list of tasks that wait for one event, each of which may stop waiting before it.
///
/// A pure value that stores continuations. Settling a place returns its continuation, which the caller resumes after
/// it has released the lock that guards the list. A place is taken before its continuation exists, so that an event in
/// between is not missed.
package struct WaiterList<Value: Sendable>: Sendable {
    package typealias Continuation = UnsafeContinuation<Value, Never>

    /// A place in the list.
    package struct Place: Hashable, Sendable {
        fileprivate let number: UInt64
        /// True if the waiter goes on waiting when ``WaiterList/settleImpatient(with:)`` is called.
        fileprivate let isPatient: Bool
    }

    /// A continuation, and the value to resume it with.
    package struct Call: Sendable {
        fileprivate let continuation: Continuation
        fileprivate let value: Value

        package func resume() { continuation.resume(returning: value) }
    }

    private enum Occupant {
        case coming
        case waiting(Continuation)
        case settled(Value)
    }

    /// The waiters. An empty table releases its memory: there is one for each of thousands of services, and few have
    /// waiters.
    private var occupants: [Place: Occupant] = [:] {
        didSet { if occupants.isEmpty, occupants.capacity > 0 { occupants = [:] } }
    }
    private var next: UInt64 = 0

    /// A list without waiters.
    package init() {}

    package var isEmpty: Bool { occupants.isEmpty }

    /// Takes a place.
    ///
    /// - Parameter isPatient: True to go on waiting when ``settleImpatient(with:)`` is called.
    package mutating func enter(isPatient: Bool = false) -> Place {
        next += 1
        let place = Place(number: next, isPatient: isPatient)
        occupants[place] = .coming
        return place
    }

    /// Stores the continuation of a place.
    ///
    /// - Returns: The call to make at once, if the place has been settled already.
    package mutating func wait(_ continuation: Continuation, at place: Place) -> Call? {
        if case .settled(let value) = occupants[place] {
            occupants[place] = nil
            return Call(continuation: continuation, value: value)
        }
        occupants[place] = .waiting(continuation)
        return nil
    }

    /// Settles one place; has no effect if its waiter has left.
    package mutating func settle(_ place: Place, with value: Value) -> Call? {
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

    /// Settles all places.
    package mutating func settleAll(with value: Value) -> [Call] { settle(with: value) { _ in true } }

    /// Settles the places of the waiters that accept less than the event itself, such as a stale answer.
    package mutating func settleImpatient(with value: Value) -> [Call] { settle(with: value) { !$0.isPatient } }

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

extension WaiterList {
    /// Waits at a place until it is settled.
    ///
    /// - Parameters:
    ///   - store: Stores the continuation by ``wait(_:at:)``, under the lock that guards the list.
    ///   - leave: Called when the task is canceled. Settles the place by ``settle(_:with:)``, under the same lock.
    /// - Returns: The value that the place was settled with.
    package static func value(
        storing store: (Continuation) -> Call?,
        onCancel leave: @Sendable () -> Call?
    ) async -> Value {
        await withTaskCancellationHandler {
            await withUnsafeContinuation { store($0)?.resume() }
        } onCancel: {
            leave()?.resume()
        }
    }
}
