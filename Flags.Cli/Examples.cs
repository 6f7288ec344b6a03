using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Flags.Cli;

/// <summary>What stands in a command's help below its options.</summary>
internal sealed class Examples(HelpAction usual, string[] lines) : SynchronousCommandLineAction
{
    private readonly List<(string Code, string Meaning)> codes = [];

    public override bool ClearsParseErrors => true;

    /// <summary>The command, with examples in its help.</summary>
    public static Command For(Command command, params string[] lines)
    {
        var help = new HelpOption();
        help.Action = new Examples((HelpAction)help.Action!, lines);
        command.Options.Add(help);
        return command;
    }

    /// <summary>Whether another command follows.</summary>
    public bool RunsCommand { get; set; }

    public void Add(params (string Code, string Meaning)[] more) => codes.AddRange(more);

    public override int Invoke(ParseResult parseResult)
    {
        TextWriter output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        usual.Invoke(parseResult);
        output.Write(RunsCommand ? text.ToString().Replace(" [options]", " [options] -- COMMAND [ARGUMENT...]", StringComparison.Ordinal) : text.ToString());
        output.WriteLine("Examples:");
        foreach (string line in lines)
            output.WriteLine($"  {line}");
        if (codes.Count > 0)
            output.WriteLine("\nExit codes:");
        foreach ((string code, string meaning) in codes)
            output.WriteLine($"  {code,-8} {meaning}");
        output.WriteLine();
        return ExitCode.Ok;
    }
}

/// <summary>Adds exit codes to a command's help.</summary>
internal static class ExamplesExtensions
{
    public static Command WithCodes(this Command command, params (string Code, string Meaning)[] codes)
    {
        Of(command).Add(codes);
        return command;
    }

    /// <summary>Shows in the usage that another command follows.</summary>
    public static Command BeforeAnother(this Command command)
    {
        Of(command).RunsCommand = true;
        return command;
    }

    private static Examples Of(Command command) => command.Options.OfType<HelpOption>().Select(option => option.Action).OfType<Examples>().Single();
}
