// SPDX-License-Identifier: Apache-2.0

// The types of this module's own signatures, by name: `import ConsulCoordination` is enough to coordinate programs.

@_exported public import struct ConsulHTTP.ConsulAnswer
@_exported public import struct ConsulHTTP.ConsulHTTPAddress
@_exported public import class ConsulHTTP.ConsulHTTPClient
@_exported public import struct ConsulHTTP.ConsulHTTPConfiguration
@_exported public import struct ConsulHTTP.ConsulHTTPError
@_exported public import struct ConsulHTTP.ConsulWatch
@_exported public import struct ConsulHTTP.HealthStatus
@_exported public import struct ConsulHTTP.PreparedQueryResult
@_exported public import struct ConsulHTTP.QueryMetadata
@_exported public import struct ConsulHTTP.ReadOptions
@_exported public import struct ConsulHTTP.ServiceEntry
@_exported public import struct ConsulHTTP.ServiceHealthRequest
@_exported public import struct ConsulHTTP.TokenSource
@_exported public import struct ConsulHTTP.WatchUpdate
