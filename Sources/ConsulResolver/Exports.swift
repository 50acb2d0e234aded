// SPDX-License-Identifier: Apache-2.0

// The types of this module's own signatures, by name: `import ConsulResolver` is enough to use a resolver, and brings no
// other names with it. Code that implements a policy or reads DNS messages imports `LoadBalancing` or `ConsulDNS` as well.

@_exported public import struct ConsulDNS.ConsulLocality
@_exported public import struct ConsulDNS.ConsulNameError
@_exported public import class ConsulDNS.DNSClient
@_exported public import struct ConsulDNS.DNSClientError
@_exported public import enum ConsulDNS.DNSTransport
@_exported public import struct ConsulDNS.Nameserver
@_exported public import struct ConsulHTTP.ConfigurationError
@_exported public import struct ConsulHTTP.ConsulHTTPAddress
@_exported public import class ConsulHTTP.ConsulHTTPClient
@_exported public import struct ConsulHTTP.ConsulHTTPConfiguration
@_exported public import struct ConsulHTTP.ConsulHTTPError
@_exported public import struct ConsulHTTP.RetryPolicy
@_exported public import struct ConsulHTTP.TokenSource
@_exported public import struct DNSWire.DomainName
@_exported public import protocol LoadBalancing.BalancingPolicy
@_exported public import struct LoadBalancing.BuiltInPolicy
@_exported public import struct LoadBalancing.EjectionPolicy
@_exported public import struct LoadBalancing.Endpoint
@_exported public import struct LoadBalancing.HashKey
@_exported public import struct LoadBalancing.Lease
@_exported public import class LoadBalancing.LoadBalancer
@_exported public import struct LoadBalancing.LocalityPreference
@_exported public import struct LoadBalancing.Outcome
@_exported public import protocol LoadBalancing.OutcomeReporting
@_exported public import struct LoadBalancing.PickError
@_exported public import struct LoadBalancing.PickOptions
@_exported public import enum LoadBalancing.ProbeVerdict
@_exported public import struct LoadBalancing.RetryBudgetPolicy
@_exported public import class LoadBalancing.SharedLease
@_exported public import struct LoadBalancing.SlowStart
@_exported public import struct LoadBalancing.SubsetRule
@_exported public import enum LoadBalancing.TierChoice
@_exported public import enum NetworkAddress.Host
@_exported public import struct NetworkAddress.HostPort
@_exported public import struct NetworkAddress.HostPortError
@_exported public import enum NetworkAddress.IPAddress
@_exported public import struct NetworkAddress.IPv4Address
@_exported public import struct NetworkAddress.IPv6Address
@_exported public import struct ResolutionModel.Resolution
@_exported public import struct ResolutionModel.ResolutionFailure
@_exported public import struct ResolutionModel.ResolverConfiguration
@_exported public import struct ResolutionModel.ResolverDiagnostics
@_exported public import struct ResolutionModel.ServiceRequest
@_exported public import struct ResolutionModel.ServiceRequestError
