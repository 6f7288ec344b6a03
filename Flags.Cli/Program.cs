using System.CommandLine;
using System.CommandLine.Invocation;

namespace Flags.Cli;

internal static class Program
{
    private static async Task<int> Main(string[] arguments)
    {
        (string[] own, ChildCommand? command) = ChildCommand.Split(arguments);
        ParseResult parsed = CommandTree.Create(command).Parse(own, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Action is ParseErrorAction)
            return WrongUsage.Explain(parsed);
        // Signals are handled here, phase by phase; the library would end the process two seconds after the first.
        var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
        int code = await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        return code < 0 ? Signals.DieBy(-code) : code;
    }
}
