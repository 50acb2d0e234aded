// SPDX-License-Identifier: Apache-2.0

extension ServiceRequest {
    /// A failover target of a request. More kinds may be added.
    public struct Alternative: Hashable, Sendable {
        package enum Base: Hashable {
            case datacenter(String)
            case preparedQuery(String)
        }

        package let base: Base

        /// The same request in another datacenter.
        public static func datacenter(_ name: String) -> Alternative { Alternative(base: .datacenter(name)) }

        /// A prepared query, by name or ID, in the agent's own datacenter. It selects its instances by itself: the
        /// request's tags and filter are not passed on. The name of the request's port is.
        public static func preparedQuery(_ nameOrID: String) -> Alternative {
            Alternative(base: .preparedQuery(nameOrID))
        }

        package var isPreparedQuery: Bool {
            if case .preparedQuery = base { true } else { false }
        }

        /// The datacenter; `nil` for an alternative that does not name one.
        package var datacenter: String? {
            if case .datacenter(let name) = base { name } else { nil }
        }
    }
}

extension ServiceRequest.Alternative: CustomStringConvertible {
    /// The alternative in words: `datacenter dc2`, `prepared query nearest-web`.
    public var description: String {
        switch base {
        case .datacenter(let name): "datacenter \(name)"
        case .preparedQuery(let name): "prepared query \(name)"
        }
    }
}
