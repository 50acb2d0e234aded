// SPDX-License-Identifier: Apache-2.0

/// Passes a resource to the body, and stops it however the body ends: a `defer` that can wait.
///
/// An error of `stop` takes precedence over an error of the body.
public func use<Resource: Sendable, Output>(
    _ resource: Resource,
    isolation: isolated (any Actor)? = #isolation,
    in body: (Resource) async throws -> Output,
    stop: (Resource) async throws -> Void
) async throws -> Output {
    let result: Result<Output, any Error>
    do { result = .success(try await body(resource)) } catch { result = .failure(error) }
    try await stop(resource)
    return try result.get()
}
