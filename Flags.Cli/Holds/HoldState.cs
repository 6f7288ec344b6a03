using System.CommandLine;
using System.Globalization;
using System.Text;

namespace Flags.Cli;

/// <summary>Which hold a step of a pipeline means: an argument, a file, or the environment.</summary>
/// <param name="Id">The hold.</param>
/// <param name="Token">Its token; null when only the id is known.</param>
internal sealed record HoldState(Guid Id, long? Token)
{
    public static Option<string?> Option() => new("--state") { Description = $"File that flags hold --state wrote; else {ChildEnvironment.HoldId} and {ChildEnvironment.Token}.", HelpName = "FILE" };

    public static Argument<Guid?> Argument() => new("ID") { Description = "The hold's id.", Arity = ArgumentArity.ZeroOrOne };

    /// <summary>As a shell, <c>$GITHUB_ENV</c> and env files read it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{ChildEnvironment.HoldId}={Id}\n{ChildEnvironment.Token}={Token}\n");

    public void Write(string file) => PrivateFile.Write(file, Encoding.UTF8.GetBytes(ToString()));

    /// <exception cref="UsageException">There is none.</exception>
    public static HoldState Read(Session session, Argument<Guid?>? argument, Option<string?> option)
    {
        Func<string, string?> read = session.Value(option) is { } file ? Lines(file) : Environment.GetEnvironmentVariable;
        Guid? id = (argument is null ? null : session.Value(argument)) ?? (Guid.TryParse(read(ChildEnvironment.HoldId), out Guid known) ? known : null);
        if (id is not { } found)
            throw new UsageException("No hold was named.", $"give its id (flags holds), --state FILE, or set {ChildEnvironment.HoldId}: eval \"export $(flags hold FEATURE)\"");
        return new HoldState(found, long.TryParse(read(ChildEnvironment.Token), CultureInfo.InvariantCulture, out long token) ? token : null);
    }

    private static Func<string, string?> Lines(string file)
    {
        try
        {
            string[] lines = File.ReadAllLines(file);
            return name => lines.FirstOrDefault(line => line.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];
        }
        catch (Exception missing) when (missing is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new UsageException($"There is no file {file}.", $"flags hold FEATURE --state {Text.Word(file)}");
        }
    }
}
