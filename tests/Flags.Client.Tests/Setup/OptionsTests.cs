using Microsoft.Extensions.Options;

namespace Flags.Client.Tests;

public sealed class OptionsTests
{
    private const string Secret = "flg_secret";

    [Theory]
    [InlineData("", "FLAGS_URL (FlagsOptions.Url) is \"\", which is no address. Set it to something like https://flags.example.org")]
    [InlineData("flags.example.org", "FLAGS_URL (FlagsOptions.Url) is \"flags.example.org\", which is no address.")]
    [InlineData("ftp://flags.example.org", "which is no address")]
    [InlineData("https://me:" + Secret + "@flags.example.org", "has a name or password in it")]
    [InlineData("https://flags.example.org/?key=" + Secret, "has a query or fragment")]
    public void A_wrong_address_is_refused_with_what_to_set(string url, string message) =>
        AssertRefused(options => (options.Url, options.ApiKey) = (url, "flg_key"), message);

    [Fact]
    public void Without_a_key_the_message_names_both_ways() =>
        AssertRefused(_ => { }, "There is no key. Set FLAGS_API_KEY (FlagsOptions.ApiKey), or FLAGS_API_KEY_FILE (FlagsOptions.ApiKeyFile)");

    [Fact]
    public void Two_keys_are_one_too_many() =>
        AssertRefused(options => (options.ApiKey, options.ApiKeyFile) = (Secret, "/run/secrets/flags"), "are both set. Keep one of them.");

    [Theory]
    [InlineData("two words" + Secret)]
    [InlineData(Secret + "\r\nInjected: header")]
    [InlineData("schlüssel" + Secret)]
    public void A_text_that_cannot_be_a_key_is_refused_without_printing_it(string key) =>
        AssertRefused(options => options.ApiKey = key, "has characters that no key has");

    [Fact]
    public void A_key_file_that_cannot_be_read_is_named() =>
        AssertRefused(options => options.ApiKeyFile = "/nowhere/flags-key", "The file /nowhere/flags-key (FLAGS_API_KEY_FILE) cannot be read (DirectoryNotFoundException).");

    [Fact]
    public void An_empty_key_file_is_named()
    {
        string file = Path.GetTempFileName();
        AssertRefused(options => options.ApiKeyFile = file, "does not have a key");
        File.Delete(file);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(301)]
    public void A_timeout_out_of_range_is_refused(int seconds) =>
        AssertRefused(options => (options.ApiKey, options.Timeout) = ("flg_key", TimeSpan.FromSeconds(seconds)), $"FLAGS_TIMEOUT (FlagsOptions.Timeout) is {seconds} s. Set it to more than 0 and at most 300 s.");

    [Fact]
    public void The_environment_sets_every_option_and_empty_variables_none()
    {
        var options = new FlagsOptions();
        FlagsEnvironment.Apply(options, name => name switch
        {
            "FLAGS_URL" => "https://flags.example.org/ops",
            "FLAGS_API_KEY" => "",
            "FLAGS_API_KEY_FILE" => "/run/secrets/flags",
            "FLAGS_TIMEOUT" => "1m30s",
            "FLAGS_SNAPSHOT_FILE" => "/var/lib/app/flags.snapshot",
            _ => null,
        });

        Assert.Equal("/var/lib/app/flags.snapshot", options.SnapshotFile);
        Assert.Equal(("https://flags.example.org/ops", null, "/run/secrets/flags", TimeSpan.FromSeconds(90)), (options.Url, options.ApiKey, options.ApiKeyFile, options.Timeout));
    }

    [Fact]
    public void A_timeout_that_is_no_duration_is_refused_with_examples()
    {
        var refused = Assert.Throws<OptionsValidationException>(() => FlagsEnvironment.Apply(new FlagsOptions(), name => name == "FLAGS_TIMEOUT" ? "soon" : null));
        Assert.StartsWith("FLAGS_TIMEOUT is \"soon\": it must be a duration such as \"30m\"", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_defaults_need_only_a_key()
    {
        var options = new FlagsOptions { ApiKey = "flg_key" };
        Assert.True(new FlagsOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(("http://127.0.0.1:5180", TimeSpan.FromSeconds(5), WhenUnavailable.Off), (options.Url, options.Timeout, options.WhenUnavailable));
    }

    [Fact]
    public void Options_as_text_have_no_key() =>
        Assert.DoesNotContain("flg_", new FlagsOptions { ApiKey = Secret }.ToString(), StringComparison.Ordinal);

    private static void AssertRefused(Action<FlagsOptions> configure, string message)
    {
        var refused = Assert.Throws<OptionsValidationException>(() => FlagsClient.Create(configure));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, refused.ToString(), StringComparison.Ordinal);
    }
}
