using System.Net;
using Flags.Store;
using Flags.Testing;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Flags.Admin.Tests;

public sealed class SessionTests
{
    private readonly ShiftedTime time = new();

    [Fact]
    public async Task A_changed_security_stamp_signs_out_within_a_minute()
    {
        await using TestServer server = await StartAsync();
        using PageClient client = await server.SignInAsync();
        await using (AsyncServiceScope scope = server.Services.CreateAsyncScope())
        {
            UserManager<Person> people = scope.ServiceProvider.GetRequiredService<UserManager<Person>>();
            Assert.True((await people.UpdateSecurityStampAsync((await people.FindByEmailAsync("anna@example.org"))!)).Succeeded);
        }

        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin/features")).Status);
        time.Shift = TimeSpan.FromSeconds(61);
        Assert.Equal("/admin/sign-in", (await client.GetAsync("/admin/features")).Location);
    }

    [Fact]
    public async Task A_page_that_refreshes_itself_keeps_nobody_signed_in()
    {
        await using TestServer server = await StartAsync();
        using PageClient client = await server.SignInAsync();
        time.Shift = TimeSpan.FromHours(7);
        Assert.DoesNotContain("Set-Cookie", (await client.GetAsync("/admin/features", ("Flags-Live", "refresh"))).Headers.Keys);
        time.Shift = TimeSpan.FromHours(13);
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync("/admin/features", ("Flags-Live", "refresh"))).Status);
        Goal.Record(22, "live refetch renews no session", "none renewed", "none", true);
    }

    [Fact]
    public async Task Somebody_who_works_stays_signed_in()
    {
        await using TestServer server = await StartAsync();
        using PageClient client = await server.SignInAsync();
        time.Shift = TimeSpan.FromHours(7);
        Assert.Contains("flags=", (await client.GetAsync("/admin/features")).Headers["Set-Cookie"], StringComparison.Ordinal);
        time.Shift = TimeSpan.FromHours(13);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin/features")).Status);
    }

    /// <summary>Hundreds of pages may look again at once.</summary>
    [Fact]
    public async Task Who_looks_again_is_known_after_two_statements()
    {
        using var log = new EfLog();
        await using TestServer server = await log.StartAsync();
        await server.AddPersonAsync("anna", "viewer");
        using PageClient client = await server.SignInAsync();
        int before = log.Statements.Count;
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/admin/features", ("Flags-Live", "refresh"))).Status);
        Assert.Collection(
            log.Statements.Skip(before).Where(sql => sql.Contains("people", StringComparison.Ordinal) || sql.Contains("role", StringComparison.Ordinal) || sql.Contains("claim", StringComparison.Ordinal)),
            person => Assert.Contains("FROM auth.people", person, StringComparison.Ordinal),
            role => Assert.Contains("JOIN auth.roles", role, StringComparison.Ordinal));
    }

    private async Task<TestServer> StartAsync()
    {
        TestServer server = await TestServer.StartAsync(configure: services => services.AddSingleton<TimeProvider>(time));
        await server.AddPersonAsync("anna", "admin");
        return server;
    }
}
