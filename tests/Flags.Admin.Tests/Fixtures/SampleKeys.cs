using Flags.Core;
using Flags.Store;
using Flags.Testing;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

/// <summary>Keys that look like those of a real installation: used and never used, ending soon, for ever, being rotated, revoked, expired, with words of every length.</summary>
internal static class SampleKeys
{
    /// <returns>The id of a key that is being rotated, and the number of an audit row of a feature.</returns>
    public static async Task<(string Rotating, string Event)> AddAsync(TestServer server)
    {
        KeyStore keys = server.Services.GetRequiredService<KeyStore>();
        foreach ((string name, string may, string? pattern, int? days) in new (string, string, string?, int?)[] { ("workers", "lease evaluate", null, null), ("grafana", "read evaluate", null, 365), ("release-bot", "hold read", "jobs_*", 9), (new string('n', 90), "evaluate read write lease hold claim worker", new string('p', 200), 700) })
            await MintAsync(keys, name, may, pattern, days);
        string rotating = await MintAsync(keys, "ci-2", "evaluate read hold", "jobs_*", 61), revoked = await MintAsync(keys, "old-laptop", "admin", null, null), expired = await MintAsync(keys, "trial", "read", null, 1);
        Assert.IsType<KeyDone>(await keys.RotateAsync(ServerSteps.Key, rotating, new Rotation(TimeSpan.FromHours(24), "yearly"), CancellationToken.None));
        Assert.IsType<KeyDone>(await keys.RevokeAsync(ServerSteps.Key, revoked, "the laptop is gone", CancellationToken.None));
        await server.SqlAsync<int>($"""
            with a as (update auth.keys set last_used_at = clock_timestamp() - interval '4 min', last_used_address = '10.0.3.17', last_used_client = 'curl/8.5.0', old_used_at = clock_timestamp() - interval '4 min' where id = '{rotating}' returning 1),
              b as (update auth.keys set last_used_at = clock_timestamp(), last_used_address = '10.0.3.20' where name = 'workers' returning 1),
              c as (update auth.keys set expires_at = clock_timestamp() - interval '3 d' where id = '{expired}' returning 1)
            select 1
            """);
        return (rotating, (await server.SqlAsync<long>("select max(id) from flags.audit where what = 'feature.gates'")).ToString());
    }

    private static async Task<string> MintAsync(KeyStore keys, string name, string may, string? pattern, int? days)
    {
        var body = new MintKey { Name = name, Permissions = may.Split(' '), Pattern = pattern, ExpiresIn = days is { } life ? new Duration(TimeSpan.FromDays(life)) : null };
        return Assert.IsType<KeyDone>(await keys.MintAsync(ServerSteps.Key, body, null, CancellationToken.None)).Info.Id;
    }
}
