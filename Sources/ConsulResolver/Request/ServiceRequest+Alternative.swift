// SPDX-License-Identifier: Apache-2.0

extension ServiceRequest {
    /// Where else to look. More kinds may be added.
    public struct Alternative: Hashable, Sendable {
        enum Base: Hashable {
            case datacenter(String)
            case preparedQuery(String)
        }

        let base: Base

        /// The same request in another datacenter.
        public static func datacenter(_ name: String) -> Alternative { Alternative(base: .datacenter(name)) }

        /// A prepared query, by name or id, in the agent's own datacenter. It says itself which instances it finds: the
        /// request's tags and its filter are not passed on. The name of its port is.
        public static func preparedQuery(_ nameOrID: String) -> Alternative {
            Alternative(base: .preparedQuery(nameOrID))
        }

        var isPreparedQuery: Bool {
            if case .preparedQuery = base { true } else { false }
        }

        /// The datacenter; `nil` for an alternative that names none.
        public var datacenter: String? {
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
