// SPDX-License-Identifier: Apache-2.0

// Types in this module's own signatures: one import is enough to use a resolver.
@_exported public import ConsulDNS
@_exported public import ConsulHTTP
@_exported public import DNSWire
@_exported public import LoadBalancing
@_exported public import NetworkAddress
