// SPDX-License-Identifier: Apache-2.0

extension ServiceResolver.Configuration {
    /// Keeping what was last known of the services in a file, so that a process that starts while Consul cannot be asked
    /// has endpoints all the same. They are marked as stale until Consul has been heard.
    ///
    /// The file is replaced as a whole and never changed in place. It holds names, addresses and metadata, no tokens, and
    /// can be read by its owner alone. One that is damaged, of another version, or that others may write is not used, and
    /// replaced. A symbolic link and somebody else's file are neither used nor replaced. All that, and failures to write, are
    /// logged at `warning`. A path that names another kind of file is a ``ConfigurationError`` when the resolver is made: that
    /// file is not replaced either.
    ///
    /// A file is for one process. If several write the same one, none of them damages it, and the last wins.
    public struct Snapshot: Sendable {
        /// The path of the file. Its directory has to exist, and the process has to be allowed to make files in it:
        /// a file of this name with `.tmp` behind it is written first.
        public var path: String

        /// How long changes are collected before the file is written. Default 5 s; at least 100 ms, at most a day.
        /// Shutting the resolver down writes at once what has changed.
        public var minimumInterval: Duration = .seconds(5)

        /// How old an answer in the file may be to be used. Default an hour, as ``Cache/staleLimit``, which holds for what
        /// comes from the file, too: who wants to go on with older answers raises both.
        public var maximumAge: Duration = .seconds(3600)

        /// A snapshot in this file, with the defaults.
        public init(path: String) {
            self.path = path
        }
    }
}
