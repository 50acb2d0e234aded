// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import ConsulResolver
@testable import ResolutionModel

struct SettingsTests {
    @Test func `Invalid cache settings are refused by name`() throws {
        var configuration = ServiceResolver.Configuration()
        configuration.cache?.staleLimit = .seconds(-1)
        let error = #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
        #expect(error?.setting == "cache.staleLimit")
        configuration = .init()
        configuration.hold.emptyGracePeriod = .seconds(-1)
        #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
        configuration = .init()
        configuration.cache?.capacity = 0
        #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
        configuration = .init()
        configuration.cache?.minimumTimeToLive = .seconds(100)
        #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
    }

    @Test func `Invalid balancing settings are refused by name`() throws {
        var configuration = ServiceResolver.Configuration()
        configuration.balancing.ejection?.successRate = 2
        let error = #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
        #expect(error?.setting == "balancing.ejection.successRate")
        configuration = .init()
        configuration.balancing.overprovisioning = .nan
        #expect(throws: ConfigurationError.self) { try ServiceResolver(configuration: configuration) }
    }
}
