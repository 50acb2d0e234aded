// SPDX-License-Identifier: Apache-2.0

public import ConsulHTTP

/// User events of Consul: notifications that spread by gossip within a second or so, without a guarantee.
///
/// ```swift
/// let deployments = try await consul.events.subscribe(to: "deploy")
/// try await consul.events.fire("deploy", payload: Array("v42".utf8))
/// for try await delivery in deployments {
///     switch delivery {
///     case .event(let event): update(to: event.text)
///     case .gap: reloadEverything()
///     case .interrupted(let error): log(error)
///     }
/// }
/// ```
///
/// Events have no order across agents, may be lost, and last as long as the memory of the agents: 256 events of all
/// names on each agent. An event is a hint to look at the state that it announces. A ``Topic`` keeps messages in order.
///
/// A value type that may be copied and used by any task.
public struct EventBus: Sendable {
    /// The size in bytes of the largest payload that every version of Consul takes: 300. Measured: version 1.22.7
    /// refuses more with 413; 1.8.7 and 1.15.7 take name, filters and payload of about 450 bytes together.
    public static let portablePayload = 300

    private let client: ConsulHTTPClient
    private let payloadLimit: Int

    /// Creates an event bus.
    ///
    /// - Parameters:
    ///   - client: The client of an agent.
    ///   - payloadLimit: The size in bytes of the largest payload that ``fire(_:payload:filters:datacenter:)`` sends.
    ///     Default ``portablePayload``. Allow more only if the version of every server is known to take it.
    public init(_ client: ConsulHTTPClient, payloadLimit: Int = EventBus.portablePayload) {
        (self.client, self.payloadLimit) = (client, payloadLimit)
    }

    /// Fires an event. The request is sent once: a second one would be a second event.
    ///
    /// - Parameters:
    ///   - name: The name, not empty.
    ///   - payload: The payload. Default empty.
    ///   - filters: The filters by which agents take or drop the event. Default: every agent takes it.
    ///   - datacenter: The datacenter of the agents that receive the event. Default `nil`: the client's, or else the agent's.
    /// - Returns: The event with its ID. Agents receive it in the next moments, the client's own agent too.
    /// - Throws: ``CoordinationError`` with ``CoordinationError/Code/invalidArgument`` for a name, a payload or filters
    ///   that Consul would refuse; ``/ConsulHTTP/ConsulHTTPError``, after which the event may have been fired unless
    ///   the error is retryable or a refusal; `CancellationError`.
    @discardableResult
    public func fire(
        _ name: String,
        payload: [UInt8] = [],
        filters: EventFilters = EventFilters(),
        datacenter: String? = nil
    ) async throws -> ConsulEvent {
        try check(name, payload, filters)
        var request = WriteRequest(.put, RequestPath("/v1/event/fire").appending(segment: name), body: payload)
        request.query.append("node", ifPresent: filters.node)
        request.query.append("service", ifPresent: filters.service)
        request.query.append("tag", ifPresent: filters.tag)
        request.datacenter = datacenter
        // A span of a temporary across an `await` would crash: Swift 6.3 destroys the temporary when the write throws.
        let answer = try await client.write(request)
        return try JSONReader.decode(ConsulEvent.self, from: answer.body.span)
    }

    /// Returns the events in the agent's buffer, oldest first: at most 256 of all names.
    ///
    /// The buffer belongs to the client's agent, and so does its datacenter, whatever the client's configuration says.
    /// Consul leaves out events that the token may not read, without a sign.
    ///
    /// - Parameter name: The name of the events; `nil`, the default, for events of all names.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError``; `CancellationError`.
    public func recent(named name: String? = nil) async throws -> ConsulAnswer<[ConsulEvent]> {
        try await client.read(Self.list(name), decode: Self.decode)
    }

    /// Subscribes to events that the client's agent receives.
    ///
    /// All subscriptions of a client share one blocking query for events of all names. Consul could select a name
    /// itself, but then the loss of events would not show (``EventDelivery/gap``). Beside it, a plain read of the buffer
    /// about every three seconds notices events that a dead connection holds back.
    ///
    /// - Parameters:
    ///   - name: The name of the events; `nil`, the default, for events of all names.
    ///   - start: The first events to deliver. Default ``EventStart/now``: those that the agent receives after this
    ///     method has returned.
    /// - Returns: The subscription. It begins now, not with its iteration; see ``EventSubscription``.
    /// - Throws: ``/ConsulHTTP/ConsulHTTPError`` if the agent's buffer cannot be read; `CancellationError`.
    public func subscribe(to name: String? = nil, from start: EventStart = .now) async throws -> EventSubscription {
        // The same read for every start: the error of a token or an address is thrown here, once.
        let buffer = try await recent().value
        return EventSubscription(
            readings: client.watch(
                Self.list(nil),
                hasGrowingIndexes: false,
                decode: Self.decode
            ),
            name: name,
            cursor: start == .now ? EventCursor(after: buffer) : EventCursor()
        )
    }

    // MARK: -

    private func check(_ name: String, _ payload: [UInt8], _ filters: EventFilters) throws(CoordinationError) {
        guard !name.isEmpty else { throw CoordinationError(.invalidArgument, "an event needs a name") }
        guard payload.count <= payloadLimit else {
            throw CoordinationError(
                .invalidArgument,
                """
                the payload of event "\(name)" has \(payload.count) bytes, but at most \(payloadLimit) are allowed; \
                store large data in the key/value store and fire its key
                """
            )
        }
        guard filters.tag == nil || filters.service != nil else {
            throw CoordinationError(.invalidArgument, "a filter for tags needs a filter for services")
        }
    }

    private static func list(_ name: String?) -> ReadRequest {
        var query = RequestQuery()
        query.append("name", ifPresent: name)
        return ReadRequest(RequestPath("/v1/event/list"), query: query)
    }

    @Sendable private static func decode(_ body: [UInt8]) throws -> [ConsulEvent] {
        try JSONReader.decode([ConsulEvent].self, from: body.span)
    }
}

/// The first events that a subscription delivers.
public struct EventStart: Hashable, Sendable {
    private let isNow: Bool

    /// The events that the agent receives from now on.
    public static let now = EventStart(isNow: true)

    /// The events in the agent's buffer, and those that it receives from now on.
    public static let buffered = EventStart(isNow: false)
}

extension ConsulHTTPClient {
    /// The event bus of the client's agent.
    public var events: EventBus { EventBus(self) }
}
