using System.CommandLine;
using System.Text.Json;
using Flags.Client;
using Flags.Core;

namespace Flags.Cli;

/// <summary><c>flags import</c>.</summary>
internal static class ImportCommand
{
    private static readonly Argument<string?> File = new("FILE") { Description = "An export of Flags or of Flipper; - reads stdin.", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> From = new("--from") { Description = $"Instead of a file: the address of a running Flipper API. A key for it: {RunningFlipper.KeyVariable}, or user:password@ in the address.", HelpName = "URL" };
    private static readonly Option<string> Mode = new Option<string>("--mode") { Description = "What happens to features that it does not name: merge leaves them, replace deletes them.", DefaultValueFactory = _ => "merge" }.AcceptOnlyFromAmong("merge", "replace");
    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Only show what would change." };
    private static readonly Option<string?> Reason = Common.Reason();
    private static readonly Option<string[]> Confirm = Common.Confirm();

    public static Command Create()
    {
        Command command = new("import", "Import features, all or nothing.") { File, From, Mode, DryRun, Reason, Confirm };
        Session.On(command, RunAsync);
        return Examples.For(command, "flags import features.json --dry-run", "flags import --from https://app.example.org/flipper/api --dry-run", "flags export --server https://old.example.org | flags import -");
    }

    private static async Task<int> RunAsync(Session session)
    {
        JsonElement export = await ((session.Value(File), session.Value(From)) switch
        {
            ({ } file, null) => ReadAsync(file),
            (null, { } url) => RunningFlipper.ReadAsync(url),
            _ => throw new UsageException("Name one source: a file, - for stdin, or --from URL.", "flags import --help"),
        }).ConfigureAwait(false);
        var query = new ImportQuery { Mode = session.Value(Mode) == "replace" ? ImportMode.Replace : ImportMode.Merge, DryRun = session.Value(DryRun) };
        var options = new WriteOptions { Reason = session.Value(Reason), Confirm = session.Value(Confirm) };
        ImportAnswer answer = await session.Api.ImportAsync(export, query, options).ConfigureAwait(false);
        if (session.WantsJson())
            Results.Print(answer, Results.Json.ImportAnswer);
        else if (!session.IsQuiet)
            Print(answer);
        return ExitCode.Ok;
    }

    private static void Print(ImportAnswer answer)
    {
        foreach ((string sign, IReadOnlyList<ImportedFeature> features) in new[] { ("+", answer.Created), ("~", answer.Changed), ("-", answer.Deleted) })
        {
            foreach (ImportedFeature feature in features)
                Results.Print($"{sign} {Text.Plain(feature.Name)}");
        }

        string tense = answer.DryRun ? "would be " : "";
        Results.Print($"{answer.Created.Count} {tense}created, {answer.Changed.Count} {tense}changed, {answer.Deleted.Count} {tense}deleted, {answer.Unchanged} unchanged");
    }

    private static async Task<JsonElement> ReadAsync(string file)
    {
        try
        {
            Stream stream = file == "-" ? Console.OpenStandardInput() : System.IO.File.OpenRead(file);
            await using (stream.ConfigureAwait(false))
            {
                using JsonDocument document = await JsonDocument.ParseAsync(stream).ConfigureAwait(false);
                return document.RootElement.Clone();
            }
        }
        catch (JsonException wrong)
        {
            throw new UsageException($"{file} is not JSON: {wrong.Message}", "flags export > features.json, then: flags import features.json");
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no file {file}.", "flags import --help");
        }
    }
}
