using System.CommandLine;
using System.CommandLine.Parsing;
using Flags.Core;

namespace Flags.Cli;

/// <summary>Options that several commands have.</summary>
internal static class Common
{
    public static readonly Option<string?> Server = new("--server") { Description = "Address of the server; before FLAGS_URL and flags login.", HelpName = "URL", Recursive = true };

    public static readonly Option<string?> KeyFile = new("--api-key-file") { Description = "File with the key; before FLAGS_API_KEY, FLAGS_API_KEY_FILE and flags login.", HelpName = "FILE", Recursive = true };

    public static readonly Option<bool> Json = new("--json") { Description = "Events as JSON lines on stderr, results as JSON on stdout.", Recursive = true };

    public static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Say only what is wrong.", Recursive = true };

    public static Argument<string> Feature()
    {
        Argument<string> argument = new("FEATURE") { Description = "The feature's name." };
        RefuseOptions(argument);
        return argument;
    }

    /// <summary>An unknown option is taken for an argument otherwise.</summary>
    public static void RefuseOptions(Argument argument) => argument.Validators.Add(result =>
    {
        if (result.Tokens.FirstOrDefault(token => token.Value.StartsWith('-') && token.Value.Length > 1) is { } option)
            result.AddError($"There is no option {option.Value}.");
    });

    public static Option<string?> Reason(string description = "Why, for history and audit.") => new("--reason") { Description = description, HelpName = "WHY" };

    public static Option<string[]> Confirm() => new("--confirm") { Description = "The name of a protected feature, typed again.", HelpName = "NAME" };

    public static Option<string> Output() => new Option<string>("--output", "-o") { Description = "How results are shown.", DefaultValueFactory = _ => "table" }.AcceptOnlyFromAmong("table", "json");

    /// <summary>With a value when it is not given.</summary>
    public static Option<Span> Time(string name, string description, string otherwise)
    {
        Option<Span> option = new(name) { Description = description, HelpName = "TIME", CustomParser = Parse };
        var value = new Span(Duration.TryParse(otherwise, out Duration known) ? known.Value : throw new ArgumentException(otherwise, nameof(otherwise)));
        option.DefaultValueFactory = _ => value;
        return option;
    }

    public static Option<Span?> Time(string name, string description) => new(name) { Description = description, HelpName = "TIME", CustomParser = result => Parse(result) };

    private static Span Parse(ArgumentResult result)
    {
        string text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (Duration.TryParse(text, out Duration duration))
            return new Span(duration.Value);
        result.AddError($"\"{text}\" is no time: write 90s, 30m or 1h30m.");
        return default;
    }
}
