// SPDX-License-Identifier: Apache-2.0

// The members are named as in the JSON.
// swift-format-ignore-file: AlwaysUseLowerCamelCase

/// The counterpart of `ServiceEntry` as a user would write it for `JSONDecoder`.
struct FoundationEntry: Decodable {
    struct Node: Decodable {
        let ID: String?
        let Node: String?
        let Address: String?
        let Datacenter: String?
        let TaggedAddresses: [String: String]?
        let Meta: [String: String]?
    }

    struct TaggedAddress: Decodable {
        let Address: String?
        let Port: Int?
    }

    struct Weights: Decodable {
        let Passing: Int?
        let Warning: Int?
    }

    struct Service: Decodable {
        let ID: String?
        let Service: String?
        let Tags: [String]?
        let Address: String?
        let Port: Int?
        let Weights: Weights?
        let Meta: [String: String]?
        let TaggedAddresses: [String: TaggedAddress]?
        let Kind: String?
    }

    struct Check: Decodable {
        let CheckID: String?
        let Name: String?
        let Status: String?
        let ServiceID: String?
    }

    let Node: Node?
    let Service: Service?
    let Checks: [Check]?
}
