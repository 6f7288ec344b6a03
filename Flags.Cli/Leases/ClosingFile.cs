using Flags.Client;

namespace Flags.Cli;

/// <summary>A file that appears when a deploy waits for the job (<c>FLAGS_CLOSING_FILE</c>), so that a long one can stop at a good moment.</summary>
internal sealed class ClosingFile : IDisposable
{
    private readonly CancellationTokenRegistration registration;

    public ClosingFile(Lease lease, Reporter reporter)
    {
        Folder = Directory.CreateTempSubdirectory("flags-").FullName;
        Path = System.IO.Path.Combine(Folder, "closing");
        registration = lease.Closing.Register(() =>
        {
            File.WriteAllText(Path, "closing\n");
            reporter.Say("closing", $"A deploy waits for this job, or {lease.Feature} was turned off ({ChildEnvironment.ClosingFile} exists now).", ("feature", lease.Feature));
        });
    }

    /// <summary>Nobody else's (mode 0700); gone with the job.</summary>
    public string Folder { get; }

    public string Path { get; }

    public void Dispose()
    {
        registration.Dispose();
        // The job may have tidied up.
        if (Directory.Exists(Folder))
            Directory.Delete(Folder, recursive: true);
    }
}
