using Npgsql;

namespace Flags.Store.Tests;

/// <summary>The limits of connections: ours unless the operator sets others.</summary>
public sealed class SettingsTests
{
    [Theory]
    [InlineData("Host=x", 2, 5, 25)]
    [InlineData("Host=x;Timeout=7;Command Timeout=8;Maximum Pool Size=9", 7, 8, 9)]
    [InlineData("Host=x;timeout=7;CommandTimeout=8;maxpoolsize=9", 7, 8, 9)]
    [InlineData("Host=x;Maximum Pool Size=100", 2, 5, 100)]
    public async Task Waits_and_connections_are_few_unless_they_are_set(string sent, int timeout, int command, int pool)
    {
        await using var database = new Database(sent);
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        Assert.Equal((timeout, command, pool), (settings.Timeout, settings.CommandTimeout, settings.MaxPoolSize));
        Assert.Equal("flags", settings.ApplicationName);
    }
}
