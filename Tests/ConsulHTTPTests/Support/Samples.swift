// SPDX-License-Identifier: Apache-2.0

/// Answers of a real agent (Consul 1.8.7), shortened.
enum Samples {
    /// One instance with a warning: `/v1/health/service/web`, in the layout of an agent with `-dev`.
    static let entry = """
        [
            {
                "Node": {
                    "ID": "d7405fc6-c112-7fe5-b1cc-374c2ded122f",
                    "Node": "n1",
                    "Address": "127.0.0.1",
                    "Datacenter": "dc1",
                    "TaggedAddresses": {
                        "lan": "127.0.0.1",
                        "wan": "127.0.0.2"
                    },
                    "Meta": {
                        "consul-network-segment": ""
                    },
                    "CreateIndex": 10,
                    "ModifyIndex": 14
                },
                "Service": {
                    "ID": "web1",
                    "Service": "web",
                    "Tags": [
                        "v1",
                        "primary"
                    ],
                    "Address": "",
                    "TaggedAddresses": {
                        "wan": {
                            "Address": "203.0.113.10",
                            "Port": 8080
                        }
                    },
                    "Meta": {
                        "version": "1"
                    },
                    "Port": 80,
                    "Weights": {
                        "Passing": 5,
                        "Warning": 0
                    },
                    "EnableTagOverride": false,
                    "Proxy": {
                        "MeshGateway": {},
                        "Expose": {}
                    },
                    "Connect": {},
                    "CreateIndex": 15,
                    "ModifyIndex": 15
                },
                "Checks": [
                    {
                        "Node": "n1",
                        "CheckID": "serfHealth",
                        "Name": "Serf Health Status",
                        "Status": "passing",
                        "Notes": "",
                        "Output": "Agent alive and reachable",
                        "ServiceID": "",
                        "ServiceName": "",
                        "ServiceTags": [],
                        "Type": "",
                        "Definition": {},
                        "CreateIndex": 10,
                        "ModifyIndex": 10
                    },
                    {
                        "Node": "n1",
                        "CheckID": "c1",
                        "Name": "ttl",
                        "Status": "warning",
                        "Notes": "call \\u003cops\\u003e",
                        "Output": "queue is \\"long\\"\\n",
                        "ServiceID": "web1",
                        "ServiceName": "web",
                        "ServiceTags": [
                            "v1"
                        ],
                        "Type": "ttl",
                        "Definition": {},
                        "CreateIndex": 15,
                        "ModifyIndex": 15
                    }
                ]
            }
        ]

        """

    /// An instance of a node that is under maintenance, with the members that concern health.
    static let maintenance = """
        [{"Node":{"Node":"n1","Address":"127.0.0.1"},"Service":{"ID":"web1","Service":"web","Port":80},"Checks":[\
        {"CheckID":"_node_maintenance","Name":"Node Maintenance Mode","Status":"critical","Notes":"moving","ServiceID":""},\
        {"CheckID":"serfHealth","Name":"Serf Health Status","Status":"passing","ServiceID":""},\
        {"CheckID":"_service_maintenance:web1","Status":"critical","Notes":"x","ServiceID":"web1"}]}]
        """

    /// A sidecar: `/v1/health/connect/web`.
    static let proxy = """
        [{"Node":{"ID":"","Node":"n1","Address":"10.0.0.1","Datacenter":"dc1","TaggedAddresses":null,"Meta":null},\
        "Service":{"Kind":"connect-proxy","ID":"web-proxy","Service":"web-proxy","Tags":[],"Address":"","Meta":null,\
        "Port":81,"Weights":{"Passing":1,"Warning":1},"EnableTagOverride":false,\
        "Proxy":{"DestinationServiceName":"web","MeshGateway":{},"Expose":{}},"Connect":{}},"Checks":[]}]
        """

    /// An executed prepared query.
    static let preparedQuery = """
        {"Service":"web","Nodes":[{"Node":{"ID":"","Node":"n1","Address":"127.0.0.1","Datacenter":"dc2"},\
        "Service":{"ID":"web1","Service":"web","Tags":["v1"],"Address":"10.0.0.7","Port":80},"Checks":null}],\
        "DNS":{"TTL":"10s"},"Datacenter":"dc2","Failovers":1,"Index":0,"LastContact":0,"KnownLeader":true,\
        "ConsistencyLevel":"leader"}
        """

    /// `/v1/agent/self` of an agent with a `dns_config`.
    static let agent = """
        {"Config":{"Datacenter":"dc1","NodeName":"n1","NodeID":"d7405fc6-c112-7fe5-b1cc-374c2ded122f","Revision":"",\
        "Server":true,"Version":"1.8.7"},"DebugConfig":{"ACLAgentMasterToken":"hidden","ACLDefaultPolicy":"deny",\
        "ACLsEnabled":true,"Cache":{"EntryFetchMaxBurst":2,"EntryFetchRate":1.7976931348623157e+308},\
        "DNSARecordLimit":0,"DNSAddrs":["tcp://127.0.0.1:28600","udp://127.0.0.1:28600"],"DNSAllowStale":true,\
        "DNSAltDomain":"","DNSCacheMaxAge":"0s","DNSDisableCompression":false,"DNSDomain":"consul.",\
        "DNSEnableTruncate":false,"DNSMaxStale":"87600h0m0s","DNSNodeMetaTXT":true,"DNSNodeTTL":"10s",\
        "DNSOnlyPassing":false,"DNSPort":28600,"DNSRecursorTimeout":"2s","DNSRecursors":[],\
        "DNSSOA":{"Expire":86400,"Minttl":7,"Refresh":3600,"Retry":600},\
        "DNSServiceTTL":{"*":"5s","ap*":"500ms","web":"1m30s"},"DNSUDPAnswerLimit":3,"DNSUseCache":false},\
        "Coord":{"Vec":[0,0],"Error":1.5,"Height":0.00001},"Meta":{"consul-network-segment":""}}
        """

    /// `/v1/agent/health/service/id/web1` of an instance under maintenance.
    static let localHealth = """
        {"AggregatedStatus":"maintenance","Service":{"ID":"web1","Service":"web","Tags":["v1"],"Port":80,"Address":"",\
        "Weights":{"Passing":5,"Warning":0},"EnableTagOverride":false},"Checks":[{"Node":"n1",\
        "CheckID":"_service_maintenance:web1","Name":"Service Maintenance Mode","Status":"critical","Notes":"x",\
        "ServiceID":"web1","ServiceTags":null,"Definition":{"Interval":"0s","Header":null,"TLSSkipVerify":false}}]}
        """
}
