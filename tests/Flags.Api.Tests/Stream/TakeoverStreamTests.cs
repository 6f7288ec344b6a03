using System.Net;
using Flags.Core;
using Flags.Testing;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Api.Tests;

public sealed class TakeoverStreamTests
{
    [Fact]
    public async Task A_wish_told_while_a_stream_begins_is_told_on_it()
    {
        var first = new FirstByte();
        await using var api = new Api { Configure = services => services.AddSingleton<IStartupFilter>(first) };
        await api.InitializeAsync();
        Feature feature = await api.LimitedAsync(1);
        EnteredLease inside = await api.EnterAsync(feature);
        Task<EventReader> opening = EventReader.OpenAsync(api.Http);
        await first.Reached.WaitAsync(Eventually.Deadline);
        Task<Wish> told = api.Server.Services.GetRequiredService<TakeoverWishes>().NextAsync(CancellationToken.None);
        Task<Deploys.Reply> successor = api.CallAsync("PUT", $"/features/{feature.Name}/leases/{Guid.NewGuid()}?wait=50s", """{"takeover":true}""");
        Assert.Equal([feature.Name], (await told.WaitAsync(Eventually.Deadline)).Features);
        first.GoOn();
        await using EventReader stream = await opening;
        Assert.Equal(("resync", "takeover"), ((await stream.NewsAsync()).Name, await NextWishAsync(stream)));
        await api.LeaveAsync(inside);
        Assert.Equal(HttpStatusCode.Created, (await successor).Status);
    }

    /// <summary>Changes may come before it.</summary>
    private static async Task<string> NextWishAsync(EventReader stream)
    {
        Event next;
        do
            next = await stream.NewsAsync();
        while (next.Name == "change");
        return next.Name;
    }
}
