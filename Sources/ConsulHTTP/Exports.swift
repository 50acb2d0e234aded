// SPDX-License-Identifier: Apache-2.0

// The types of this module's own signatures, by name: `import ConsulHTTP` is enough to use a client, and brings no other
// names with it.

@_exported public import enum NetworkAddress.Host
@_exported public import struct NetworkAddress.HostPort
@_exported public import struct NetworkAddress.HostPortError
@_exported public import enum NetworkAddress.IPAddress
@_exported public import struct NetworkAddress.IPv4Address
@_exported public import struct NetworkAddress.IPv6Address
