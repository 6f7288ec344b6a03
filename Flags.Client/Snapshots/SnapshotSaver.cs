using Flags.Core;

namespace Flags.Client;

/// <summary>Writes the file soon after a change, at most once in a few seconds, and a last time at the end.</summary>
internal sealed class SnapshotSaver(SnapshotFile file, SnapshotHolder holder, TimeProvider time)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    private Snapshot? saved;

    public async Task RunAsync(CancellationToken ends)
    {
        while (!ends.IsCancellationRequested)
        {
            Task moved = holder.Moved;
            Save();
            await moved.WaitAsync(ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (saved is not null)
                await Task.Delay(Pause, time, ends).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        Save();
    }

    private void Save()
    {
        Snapshot now = holder.Current;
        if (ReferenceEquals(now, saved) || !holder.TryGetBody(out SnapshotBody? body))
            return;
        file.Write(body);
        saved = now;
    }
}
