using System.Text;

namespace Flags.Cli;

/// <summary>The command behind <c>--</c>, byte for byte as it was given.</summary>
/// <param name="Name">The program as it was written.</param>
/// <param name="Arguments">The program and its arguments.</param>
internal sealed record ChildCommand(string Name, IReadOnlyList<byte[]> Arguments)
{
    private const string Separator = "--";

    /// <summary>For people: the program without its folder, and the machine.</summary>
    public string Holder => $"{Path.GetFileName(Name)} on {Environment.MachineName}";

    /// <summary>Own arguments, and the command of <c>run</c>, <c>deploy</c> and <c>claim</c>; its arguments are never looked at.</summary>
    public static (string[] Own, ChildCommand? Command) Split(string[] arguments)
    {
        int at = Array.IndexOf(arguments, Separator);
        if (at < 0 || !arguments.Take(at).Any(word => word is "run" or "deploy" or "claim"))
            return (arguments, null);
        string[] command = arguments[(at + 1)..];
        return (arguments[..at], command is [] or [""] ? null : new ChildCommand(command[0], Raw(command)));
    }

    /// <summary>As the kernel has them: names of files need not be UTF-8.</summary>
    private static byte[][] Raw(string[] command)
    {
        byte[][] decoded = [.. command.Select(Encoding.UTF8.GetBytes)];
        return command.Any(word => word.Contains('\uFFFD')) && ProcessText.Read("/proc/self/cmdline") is { } all && all.Count >= command.Length
            ? [.. all.Skip(all.Count - command.Length)]
            : decoded;
    }
}
