using System.Diagnostics;

namespace Flags.Admin.Tests;

/// <summary>Runs a block of a page as it is printed.</summary>
internal static class Bash
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <param name="script">The block.</param>
    /// <param name="key">In <c>FLAGS_API_KEY</c>; null for none.</param>
    /// <param name="folder">Where <c>job.sh</c> and <c>deploy.sh</c> are; null for anywhere.</param>
    /// <param name="typed">What is typed meanwhile.</param>
    public static async Task<(int Code, string Output)> RunAsync(string script, string? key, string? folder = null, string typed = "")
    {
        var info = new ProcessStartInfo("bash") { ArgumentList = { "-c", script }, WorkingDirectory = folder ?? Path.GetTempPath(), RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        info.Environment["FLAGS_API_KEY"] = key;
        using Process process = Process.Start(info) ?? throw new InvalidOperationException("bash was not started.");
        await process.StandardInput.WriteAsync(typed);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(), errors = process.StandardError.ReadToEndAsync();
        try
        {
            await process.WaitForExitAsync().WaitAsync(Patience);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }

        return (process.ExitCode, await output + await errors);
    }

    /// <summary>A script that can be run, in a folder of its own.</summary>
    public static string Script(string folder, string name, string lines)
    {
        string path = Path.Combine(folder, name);
        File.WriteAllText(path, $"#!/usr/bin/env bash\n{lines}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }
}
