using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace Flags.Client.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void Every_option_can_be_set_in_the_configuration_and_the_code_wins()
    {
        FlagsOptions options = Options(new()
        {
            ["Url"] = "https://flags.example.org",
            ["ApiKey"] = "flg_key",
            ["SnapshotFile"] = "/var/lib/app/flags",
            ["Timeout"] = "2s",
            ["PollInterval"] = "00:01:00",
            ["StaleAfter"] = "1m30s",
            ["Mode"] = "poll",
            ["WhenUnavailable"] = "Throw",
            ["ReportUsage"] = "false",
            ["MaxSnapshotBytes"] = "4096",
        }, code => code.MaxSnapshotBytes *= 2);

        Assert.Equal(("https://flags.example.org", "flg_key", "/var/lib/app/flags"), (options.Url, options.ApiKey, options.SnapshotFile));
        Assert.Equal((2, 60, 90), (options.Timeout.TotalSeconds, options.PollInterval.TotalSeconds, options.StaleAfter!.Value.TotalSeconds));
        Assert.Equal((FlagsMode.Poll, WhenUnavailable.Throw, false, 8192), (options.Mode, options.WhenUnavailable, options.ReportUsage, options.MaxSnapshotBytes));
    }

    [Fact]
    public void An_empty_configuration_leaves_the_defaults() =>
        Assert.Equal(new FlagsOptions().ToString(), Options([], code => code.ApiKey = "flg_key").ToString());

    [Theory]
    [InlineData("Timeout", "soon")]
    [InlineData("Mode", "7")]
    [InlineData("ReportUsage", "perhaps")]
    [InlineData("MaxSnapshotBytes", "many")]
    public void A_value_that_cannot_be_read_is_named(string name, string value)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => Options(new() { ["ApiKey"] = "flg_key", [name] = value }));
        Assert.Contains($"{name} in the configuration is \"{value}\"", refused.Message, StringComparison.Ordinal);
    }

    private static FlagsOptions Options(Dictionary<string, string?> values, Action<FlagsOptions>? code = null)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(values.ToDictionary(entry => $"Flags:{entry.Key}", entry => entry.Value)).Build();
        using ServiceProvider provider = new ServiceCollection().AddFlags(configuration.GetSection("Flags"), code).BuildServiceProvider();
        return provider.GetRequiredService<IOptions<FlagsOptions>>().Value;
    }
}
