using System.Diagnostics;

namespace Flags.Store.Tests;

/// <summary>A server process (Flags.Testing.EmbeddedHost) to be killed.</summary>
internal sealed class EmbeddedHostProcess : IDisposable
{
    private readonly Process _process;

    private EmbeddedHostProcess(Process process, string answer) => (_process, Answer) = (process, answer);

    /// <summary>The connection string, or the message that the server ended with.</summary>
    public string Answer { get; }

    public static async Task<EmbeddedHostProcess> StartAsync(string folder)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Flags.Testing.EmbeddedHost.dll");
        var process = Process.Start(new ProcessStartInfo("dotnet", [program, folder])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        var answer = await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken);
        return new EmbeddedHostProcess(process, answer ?? "");
    }

    /// <summary>SIGKILL for it alone; its PostgreSQL has no part in it.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
    }

    public async Task<int> TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", $"{_process.Id}"]);
        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return _process.ExitCode;
    }

    public void Dispose()
    {
        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
