using Flags.Testing;

namespace Flags.Admin.Tests;

/// <summary>
/// Workers that go on reporting, as they would: whoever was seen in the last minute is seen again every two seconds, so that nobody is lost
/// because a page took long. Who was set back further stays lost.
/// </summary>
public sealed class Beating : IAsyncDisposable
{
    private readonly CancellationTokenSource ends = new();
    private readonly Task beats;

    public Beating(TestServer server) => beats = BeatAsync(server);

    private async Task BeatAsync(TestServer server)
    {
        while (!ends.IsCancellationRequested)
        {
            // Who is being written to right now is left alone: it waits for nobody, so nobody can wait for it in a circle.
            await server.SqlAsync<long>("""
                with seen as (select id from flags.workers where state <> 'stopped' and seen_at > clock_timestamp() - interval '1 min' for update skip locked),
                  beaten as (update flags.workers set seen_at = clock_timestamp() where id in (select id from seen) returning 1)
                select count(*) from beaten
                """);
            await Task.Delay(TimeSpan.FromSeconds(2), ends.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await ends.CancelAsync();
        await beats;
        ends.Dispose();
    }
}
