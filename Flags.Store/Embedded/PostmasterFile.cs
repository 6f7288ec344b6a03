using System.Diagnostics;
using System.Globalization;

namespace Flags.Store;

/// <summary>The <c>postmaster.pid</c> of a running PostgreSQL, or what a killed one left.</summary>
internal sealed record PostmasterFile(int Pid, string StartTime, int Port, string SocketFolder)
{
    public static string In(string cluster) => Path.Combine(cluster, "postmaster.pid");

    /// <summary>Null when there is none, or it is not written to its end.</summary>
    public static PostmasterFile? Read(string cluster)
    {
        try
        {
            // Process id, data folder, start time, port, socket folder, address, shared memory, status.
            return File.ReadAllLines(In(cluster)) is [var pid, _, var start, var port, var socket, ..]
                ? new PostmasterFile(Number(pid), start, Number(port), socket)
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// The process that wrote the file lives. On Linux a reused id is told apart: a postmaster works inside its cluster,
    /// where the same file must be found.
    /// </summary>
    public bool IsAlive()
    {
        if (OperatingSystem.IsLinux())
            return Read($"/proc/{Pid}/cwd") == this;
        try
        {
            using var process = Process.GetProcessById(Pid);
            return process.ProcessName.StartsWith("postgres", StringComparison.OrdinalIgnoreCase);
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
