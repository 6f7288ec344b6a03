namespace Flags.Testing;

/// <summary>A process that was sent SIGSTOP. <c>kill</c> returns before it stops: one of its threads has to run for that, and on a busy machine the others work on meanwhile.</summary>
public static class Paused
{
    /// <summary>Waits until no thread of it runs any more; where there is no <c>/proc</c>, for nothing.</summary>
    public static Task AllOfItAsync(int process) => Eventually.TrueAsync(() => !OperatingSystem.IsLinux() || Is(process), $"{process} has stopped");

    /// <summary>Whether no thread of it runs; on Linux.</summary>
    public static bool Is(int process) => Directory.GetDirectories($"/proc/{process}/task").All(IsStopped);

    private static bool IsStopped(string thread)
    {
        try
        {
            // proc(5): "pid (name) state ..."; the name may have anything in it.
            string stat = File.ReadAllText(Path.Combine(thread, "stat"));
            return stat[stat.LastIndexOf(')') + 2] == 'T';
        }
        catch (IOException)
        {
            // The thread ended since they were listed: its process runs.
            return false;
        }
    }
}
