// SPDX-License-Identifier: Apache-2.0

/// A marker protocol for all errors that this package throws.
///
/// These errors report on Consul, on a setting or on a request, never on the endpoint that a caller was using when a
/// nested call threw one. So they do not count in endpoint health. The protocol is declared here because every target
/// that throws imports this one.
package protocol LibraryError: Error {}
