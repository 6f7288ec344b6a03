using Flags.Client;

namespace Flags.Cli;

/// <summary>Waits for the end of a lease or a claim.</summary>
internal static class DeadlineWatch
{
    /// <summary>Ends when it is lost, or when no more than <paramref name="lead"/> is left of it.</summary>
    /// <exception cref="OperationCanceledException">The command was <paramref name="over"/> before.</exception>
    public static async Task UntilAsync(Deadline deadline, TimeSpan lead, TimeProvider time, CancellationToken over)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(over, deadline.Lost);
        TimeSpan left;
        while (!over.IsCancellationRequested && deadline.IsLive && (left = deadline.Remaining - lead) > TimeSpan.Zero)
            await Task.Delay(left, time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        over.ThrowIfCancellationRequested();
    }

    /// <summary>How long the command may take to end: what is lost for other reasons than time still counts until its end.</summary>
    public static TimeSpan Left(Deadline deadline, TimeSpan most) => deadline.Remaining switch
    {
        var left when left < TimeSpan.Zero => TimeSpan.Zero,
        var left when left < most => left,
        _ => most,
    };
}
