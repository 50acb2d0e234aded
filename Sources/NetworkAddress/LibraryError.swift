// SPDX-License-Identifier: Apache-2.0

/// A marker of all errors that this package throws.
///
/// They report on Consul, on a setting or on a request, never on the endpoint that a caller was using when a nested call
/// threw one. So endpoint health does not count them. The protocol is here because every target that throws imports this
/// one.
package protocol LibraryError: Error {}
