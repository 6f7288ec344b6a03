using System.Diagnostics;
using System.Text;

namespace Flags.Store;

/// <summary>A program that is not ours: PostgreSQL's, npm, setpriv.</summary>
internal sealed record OutsideProgram(string File, params string[] Arguments)
{
    public string? Folder { get; init; }

    /// <summary>The cluster, as PGDATA: pg_ctl pastes a <c>-D</c> into a shell command, where <c>$</c> and quotes of a path would work.</summary>
    public string? Cluster { get; init; }

    public UnprivilegedAccount? Account { get; init; }

    public bool Capture { get; init; } = true;

    /// <summary>Null when the program is not there.</summary>
    public static string? OnPath(params string[] names) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .SelectMany(_ => names, Path.Combine)
            .FirstOrDefault(System.IO.File.Exists);

    public async Task<ProgramResult> RunAsync(CancellationToken ct)
    {
        using var process = new Process { StartInfo = StartInfo() };
        var output = new StringBuilder();
        process.OutputDataReceived += (_, line) => Append(output, line.Data);
        process.ErrorDataReceived += (_, line) => Append(output, line.Data);
        process.Start();
        process.StandardInput.Close();
        if (Capture)
        {
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
        }

        try
        {
            await process.WaitForExitAsync(ct);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        return new ProgramResult(process.ExitCode, output.ToString().Trim());
    }

    private ProcessStartInfo StartInfo()
    {
        string[] command = [.. Account?.Prefix ?? [], File, .. Arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            // Never our own working directory: the unprivileged account may not enter it, and PostgreSQL then gives up.
            WorkingDirectory = Folder ?? Path.GetTempPath(),
            RedirectStandardInput = true,
            RedirectStandardOutput = Capture,
            RedirectStandardError = Capture,
        };
        foreach (var name in start.Environment.Keys.Where(IsForPostgres).ToArray())
            start.Environment.Remove(name);
        start.Environment["LC_ALL"] = "C";
        if (Cluster is not null)
            start.Environment["PGDATA"] = Cluster;
        return start;
    }

    // PGPORT, PGOPTIONS and their like belong to another database.
    private static bool IsForPostgres(string name) => name.StartsWith("PG", StringComparison.Ordinal);

    private static void Append(StringBuilder output, string? line)
    {
        lock (output)
            output.AppendLine(line);
    }
}

/// <summary>What it wrote to both streams, trimmed.</summary>
internal sealed record ProgramResult(int ExitCode, string Output)
{
    public bool Succeeded => ExitCode == 0;
}
