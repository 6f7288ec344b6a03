using System.Text;
using Microsoft.Extensions.Logging;

namespace Flags.Client;

/// <summary>A file that exists while a worker is ready. Once removed it never comes back.</summary>
internal sealed partial class ReadyFile(string? path, string content, TimeProvider time, ILogger logger)
{
    private readonly object gate = new();
    private bool removed, failed;

    /// <summary>What a process before this one left behind.</summary>
    public void Clear() => Try(Delete);

    /// <summary>Touches it, so that its age says that the process lives; writes it when it is not there.</summary>
    public void Touch() => Try(() =>
    {
        if (removed)
            return;
        if (File.Exists(path))
            File.SetLastWriteTimeUtc(path, time.GetUtcNow().UtcDateTime);
        else
            Write();
    });

    public void Remove() => Try(() =>
    {
        removed = true;
        Delete();
    });

    /// <summary>Another file moved over it: nobody reads half of it.</summary>
    private void Write()
    {
        string fresh = $"{path}.{Guid.NewGuid():N}";
        File.WriteAllBytes(fresh, Encoding.UTF8.GetBytes(content));
        File.SetLastWriteTimeUtc(fresh, time.GetUtcNow().UtcDateTime);
        File.Move(fresh, path!, overwrite: true);
    }

    private void Delete()
    {
        if (File.Exists(path))
            File.Delete(path);
    }

    /// <summary>A full disk ends no worker; the health check sees that the file is missing or old.</summary>
    private void Try(Action act)
    {
        if (path is null)
            return;
        lock (gate)
        {
            try
            {
                act();
                failed = false;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                if (!failed)
                    LogFailed(path, failure.Message);
                failed = true;
            }
        }
    }

    [LoggerMessage(162, LogLevel.Error, "The ready file {Path} could not be written or removed: {Problem}")]
    private partial void LogFailed(string path, string problem);
}
