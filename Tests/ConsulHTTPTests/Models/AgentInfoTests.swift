// SPDX-License-Identifier: Apache-2.0

import ConsulHTTP
import Testing

struct AgentInfoTests {
    @Test func `The agent's identity and DNS settings are decoded`() throws {
        let info = try AgentInfo(Samples.agent)
        #expect(info.version == "1.8.7")
        #expect(info.datacenter == "dc1")
        #expect(info.nodeName == "n1")
        #expect(info.nodeID == "d7405fc6-c112-7fe5-b1cc-374c2ded122f")
        #expect(info.isServer == true)
        #expect(info.hasAccessControl == true)
        #expect(info.defaultPolicy == "deny")
        var dns = AgentInfo.DNSSettings()
        dns.domain = "consul."
        dns.port = 28600
        dns.serviceTTL = ["*": .seconds(5), "ap*": .milliseconds(500), "web": .seconds(90)]
        dns.nodeTTL = .seconds(10)
        dns.negativeTTL = .seconds(7)
        dns.udpAnswerLimit = 3
        dns.addressLimit = 0
        dns.marksTruncation = false
        dns.onlyPassing = false
        dns.allowsStale = true
        dns.maximumStaleness = .seconds(87600 * 3600)
        dns.disablesCompression = false
        #expect(info.dns == dns)
    }

    @Test func `Settings of access control are also found at the place of newer versions`() throws {
        let info = try AgentInfo(
            #"{"DebugConfig":{"ACLResolverSettings":{"ACLsEnabled":true,"ACLDefaultPolicy":"deny","NodeName":"n1"}}}"#
        )
        #expect(info.hasAccessControl == true)
        #expect(info.defaultPolicy == "deny")
    }

    @Test func `A debug setting of another type counts as absent`() throws {
        let info = try AgentInfo(
            """
            {"DebugConfig":{"DNSPort":"8600","DNSMaxStale":5,"DNSServiceTTL":{"*":"later"},"DNSSOA":[7],\
            "ACLResolverSettings":[],"DNSNodeTTL":null,"DNSOnlyPassing":true},"Config":{"Version":"9.0.0"}}
            """
        )
        var dns = AgentInfo.DNSSettings()
        dns.onlyPassing = true
        #expect(info.dns == dns)
        #expect(info.hasAccessControl == nil)
        #expect(info.version == "9.0.0")
    }

    @Test func `Invalid JSON is refused even in members of any type`() {
        #expect(throws: JSONError(.badNumber, at: 26)) { try AgentInfo(#"{"DebugConfig":{"DNSPort":08600}}"#) }
    }

    @Test func `An agent's answer without members is decoded`() throws {
        #expect(try AgentInfo("{}") == AgentInfo())
    }
}
