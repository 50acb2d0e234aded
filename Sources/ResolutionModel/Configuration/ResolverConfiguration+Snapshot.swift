// SPDX-License-Identifier: Apache-2.0

extension ResolverConfiguration {
    /// A file with the last known endpoints of the services, so that a process that starts while Consul cannot be
    /// queried has endpoints all the same. They are marked as stale until Consul has answered.
    ///
    /// The file is replaced as a whole and never changed in place. It holds names, addresses and metadata, but no
    /// tokens, and only its owner can read it. A file that is damaged, of another version, or writable by others is
    /// ignored, and replaced. A symbolic link and a file of another user are neither used nor replaced. All that, and
    /// failures to write, are logged at `warning`. A path that names another kind of file is a
    /// ``/ConsulHTTP/ConfigurationError`` when the resolver is made: that file is not replaced either.
    ///
    /// A file is for one process. If several processes write the same file, it is not damaged, and the last write wins.
    public struct Snapshot: Sendable {
        /// The path of the file.
        package var path: String

        /// The time for which changes are collected before the file is written. Default 5 s; at least 100 ms, at most a
        /// day. Shutting the resolver down writes pending changes at once.
        public var minimumInterval: Duration = .seconds(5)

        /// The greatest age of an answer in the file that is used. Default 1 h, as ``Cache/staleLimit``, which applies
        /// to answers from the file, too: to go on with older answers, raise both.
        public var maximumAge: Duration = .seconds(3600)

        /// Creates the default settings for a snapshot in this file.
        ///
        /// - Parameter path: The path of the file. Its directory has to exist, and the process needs permission to
        ///   create files in it: a file of this name with the suffix `.tmp` is written first.
        public init(path: String) {
            self.path = path
        }
    }
}
