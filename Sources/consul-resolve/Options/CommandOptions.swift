// SPDX-License-Identifier: Apache-2.0

import ArgumentParser

/// A command that is run, and its arguments.
struct CommandOptions: ParsableArguments {
    @Argument(
        parsing: .postTerminator,
        help: ArgumentHelp("The command to run and its arguments, after --.", valueName: "command")
    )
    var words: [String] = []

    func validate() throws {
        guard let program = words.first else { throw ValidationError("name the command to run after --") }
        if program.isEmpty { throw ValidationError("the command's name is empty") }
    }
}
